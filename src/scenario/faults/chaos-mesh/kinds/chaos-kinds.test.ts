import { describe, expect, it } from 'vitest';
import { BACK, ONE, said } from '../../../../../test/fixtures/chaos-manifest.ts';
import { CHAOS_KINDS, type ChaosKindName } from '../../../model/chaos-kinds.ts';

const METHOD = 'class: shop.Cart, method: total';
const KERNEL = 'probability: 10, times: 5';

/** Of each kind what is taken, and what is refused with the one thing that is said of it. */
const CASES: Readonly<Record<ChaosKindName, { good: readonly string[]; bad: readonly (readonly [string, string])[] }>> =
  {
    PodChaos: {
      good: [
        'action: pod-failure',
        'action: container-kill, containerNames: [shop]',
        'action: pod-kill, gracePeriod: 5',
      ],
      bad: [
        ['action: pod-fail', 'spec.action: expected one of pod-kill'],
        ['action: container-kill', 'spec.containerNames: expected the names'],
        ['action: pod-kill, gracePeriod: -1', 'spec.gracePeriod: must be >= 0'],
      ],
    },
    NetworkChaos: {
      good: ['action: delay, delay: { latency: 90ms }'],
      bad: [['action: delay', 'spec.action: expected delay']],
    },
    StressChaos: {
      good: [
        'stressors: { cpu: { workers: 1 } }',
        'stressors: { cpu: { workers: 2, load: 60 }, memory: { workers: 1, size: 64MB } }',
        'stressors: { memory: { workers: 1, size: "50%" } }',
        'stressors: { memory: { workers: 1 } }',
      ],
      bad: [
        ['stressors: {}', 'spec.stressors: expected a cpu or memory stressor'],
        ['stressors: { cpu: { workers: 0 } }', 'spec.stressors.cpu.workers: expected at least 1 worker, got 0'],
        ['stressors: { cpu: { workers: -1 } }', 'got -1'],
        ['stressors: { cpu: { workers: 1, load: 0 } }', 'spec.stressors.cpu.load: expected a load of 1 to 100 percent'],
        ['stressors: { cpu: { workers: 1, load: 120 } }', 'spec.stressors.cpu.load: must be <= 100, got 120'],
        ['stressors: { cpu: { load: 50 } }', 'spec.stressors.cpu: expected the field workers'],
        ['stressors: { memory: { workers: 1, size: lots } }', 'spec.stressors.memory.size: expected a size above 0'],
        ['stressors: { memory: { workers: 1, size: 64Mi } }', 'got "64Mi"'],
        ['stressors: { memory: { workers: 1, size: "300%" } }', 'got "300%"'],
        ['stressors: { memory: { workers: 1, size: "0%" } }', 'got "0%"'],
        ['stressors: { memory: { workers: 1, size: 0MB } }', 'got "0MB"'],
        [
          'stressors: { memory: { workers: 0, size: 9MB } }',
          'spec.stressors.memory.workers: expected at least 1 worker',
        ],
      ],
    },
    TimeChaos: {
      good: [
        'timeOffset: -8760h',
        'timeOffset: 1h30m, clockIds: [CLOCK_REALTIME, CLOCK_MONOTONIC]',
        'timeOffset: 1s, clockIds: []',
      ],
      bad: [
        [
          'timeOffset: 10 minutes',
          'spec.timeOffset: expected an offset other than 0 such as 10m or -1h30m, got "10 minutes"',
        ],
        ['timeOffset: 0s', 'got "0s"'],
        ['timeOffset: "0"', 'got "0"'],
        ['timeOffset: 1d', 'got "1d"'],
        ['timeOffset: 1m, clockIds: [CLOCK_WALL]', 'spec.clockIds[0]: expected one of CLOCK_REALTIME'],
        ['clockIds: [CLOCK_REALTIME]', 'spec: expected the field timeOffset'],
      ],
    },
    IOChaos: {
      good: [
        'action: latency, volumePath: /data, delay: 90ms, methods: [read, WRITE]',
        'action: fault, volumePath: /data, errno: 5, percent: 50',
        'action: attrOverride, volumePath: /data, attr: { perm: 72, kind: regularFile }',
        'action: mistake, volumePath: /data, mistake: { filling: zero, maxOccurrences: 1, maxLength: 9 }',
      ],
      bad: [
        ['action: latency, volumePath: /data', 'spec.action: expected delay, which the action latency is about'],
        ['action: latency, volumePath: /data, delay: 0ms', 'spec.delay: expected a duration above 0'],
        ['action: latency, volumePath: /data, delay: soon', 'spec.delay: expected a duration above 0'],
        ['action: latency, volumePath: /data, errno: 5', 'spec.action: expected delay'],
        ['action: fault, volumePath: /data', 'spec.action: expected errno'],
        ['action: fault, volumePath: /data, errno: 0', 'spec.errno: expected the number of an error from 1 on'],
        ['action: fault, volumePath: /data, errno: EIO', 'spec.errno: expected integer, got "EIO"'],
        ['action: fault, volumePath: data, errno: 5', 'spec.volumePath: expected the path'],
        ['action: fault, errno: 5', 'spec: expected the field volumePath'],
        ['action: fault, volumePath: /data, errno: 5, percent: 101', 'spec.percent: expected a percentage of 1 to 100'],
        ['action: fault, volumePath: /data, errno: 5, percent: 0', 'spec.percent: expected a percentage of 1 to 100'],
        ['action: fault, volumePath: /data, errno: 5, methods: [red]', 'spec.methods[0]: expected one of lookup'],
        ['action: attrOverride, volumePath: /data, attr: {}', 'spec.attr: expected at least one thing to change'],
        ['action: attrOverride, volumePath: /data, attr: { kind: file }', 'spec.attr.kind: expected one of namedPipe'],
        ['action: mistake, volumePath: /data', 'spec.action: expected mistake'],
      ],
    },
    HTTPChaos: {
      good: [
        'target: Request, port: 80, abort: true, method: GET, path: "/api/*"',
        'target: Request, port: 80, delay: 90ms',
        'target: Response, port: 80, method: get, delay: 90ms',
        'target: Request, port: 80, replace: { path: /x, method: DELETE, queries: { a: b } }, patch: { queries: [[a, b]] }',
        'target: Response, port: 80, replace: { code: 404, body: YQ== }',
        'target: Response, port: 80, patch: { headers: [[X-A, b]], body: { type: JSON, value: "{}" } }',
      ],
      bad: [
        ['target: Request, port: 0, abort: true', 'spec.port: expected a port of 1 to 65535, got 0'],
        ['target: Request, abort: true', 'spec.port: expected a port of 1 to 65535, but it is missing'],
        ['target: request, port: 80, abort: true', 'spec.target: expected one of Request, Response, got "request"'],
        ['port: 80, abort: true', 'spec: expected the field target'],
        ['target: Request, port: 80, abort: true, method: get', 'spec.method: expected one of GET'],
        ['target: Request, port: 80', 'spec.target: expected at least one of abort, delay, replace, patch'],
        ['target: Request, port: 80, abort: false', 'spec.abort: expected at least one of abort'],
        ['target: Request, port: 80, replace: {}', 'spec.replace: expected at least one of abort'],
        ['target: Request, port: 80, delay: 0s', 'spec.delay: expected a duration above 0'],
        ['target: Request, port: 80, delay: 5', 'spec.delay: expected string, got 5'],
        ['target: Request, port: 80, replace: { code: 404 }', 'spec.replace.code: expected at least one of abort'],
        ['target: Response, port: 80, replace: { path: /x }', 'does something to a Response, got replace.path alone'],
        ['target: Response, port: 80, replace: { code: 99 }', 'spec.replace.code: expected a status of HTTP'],
        ['target: Response, port: 80, replace: { body: "{}" }', 'spec.replace.body: expected base64'],
        ['target: Response, port: 80, patch: { headers: [[X-A]] }', 'spec.patch.headers[0]: expected a list of a name'],
        ['target: Response, port: 80, patch: { body: { type: XML, value: a } }', 'spec.patch.body.type: expected JSON'],
        [
          'target: Response, port: 80, patch: { body: { type: JSON, value: "{" } }',
          'spec.patch.body.value: expected a text that is JSON',
        ],
        ['target: Request, port: 80, abort: true, containerNames: [a]', 'spec.containerNames: unknown field'],
      ],
    },
    DNSChaos: {
      good: ['action: error', 'action: random, patterns: [example.com, "api.*", "shop?.test"]'],
      bad: [
        ['action: fail', 'spec.action: expected one of error, random'],
        ['action: error, patterns: ["api-*.test"]', 'spec.patterns[0]: expected a host name'],
        ['action: error, patterns: ["https://example.com"]', 'got "https://example.com"'],
        ['action: error, patterns: [""]', 'got ""'],
      ],
    },
    KernelChaos: {
      good: [
        `failKernRequest: { failtype: 0, ${KERNEL}, callchain: [{ funcname: __x64_sys_mount }] }`,
        `failKernRequest: { failtype: 2, ${KERNEL} }`,
      ],
      bad: [
        ['containerNames: [shop]', 'spec: expected the field failKernRequest'],
        [`failKernRequest: { failtype: 3, ${KERNEL} }`, 'spec.failKernRequest.failtype: must be <= 2, got 3'],
        ['failKernRequest: { failtype: 0, probability: 0 }', 'spec.failKernRequest.probability: expected a percentage'],
        ['failKernRequest: { failtype: 0, times: 0 }', 'spec.failKernRequest.times: expected 1 or more'],
        [
          'failKernRequest: { failtype: 0, callchain: [{ funcname: f, predicate: "a == 1" }] }',
          'spec.failKernRequest.callchain[0]: expected a frame',
        ],
      ],
    },
    JVMChaos: {
      good: [
        `action: latency, ${METHOD}, latency: 900`,
        `action: return, ${METHOD}, returnValue: "3"`,
        `action: exception, ${METHOD}, exception: 'java.io.IOException("no")'`,
        'action: stress, cpuCount: 2',
        'action: stress, cpuCount: 0, memType: heap',
        'action: gc, port: 9277',
        'action: ruleData, ruleData: "RULE a"',
        'action: mysql, mysqlConnectorVersion: "8", exception: gone, latency: 0',
      ],
      bad: [
        [
          'action: latency, method: total, latency: 9',
          'spec.action: expected class, which the action latency is about',
        ],
        [
          'action: latency, latency: 9',
          'expected class and method, which the action latency is about, but they are missing',
        ],
        [`action: latency, ${METHOD}`, 'expected latency'],
        [`action: latency, ${METHOD}, latency: 0`, 'spec.latency: expected milliseconds above 0, got 0'],
        [`action: return, ${METHOD}`, 'expected returnValue'],
        [`action: exception, ${METHOD}`, 'expected exception'],
        ['action: stress', 'spec.action: expected cpuCount or memType'],
        ['action: stress, cpuCount: 0', 'spec.cpuCount: expected at least 1 core, got 0'],
        ['action: stress, cpuCount: 1, memType: heap', 'spec.memType: expected cpuCount or memType, got both'],
        ['action: stress, memType: disk', 'spec.memType: expected one of heap, stack'],
        ['action: ruleData', 'expected ruleData'],
        ['action: mysql, exception: gone', 'expected mysqlConnectorVersion'],
        ['action: mysql, mysqlConnectorVersion: "8"', 'expected exception or latency'],
        ['action: mysql, mysqlConnectorVersion: "8.0", latency: 9', 'spec.mysqlConnectorVersion: expected one of 5, 8'],
        ['action: gc, port: 70000', 'spec.port: expected a port'],
        ['action: gcc', 'spec.action: expected one of latency'],
      ],
    },
  };
const listed = (which: 'good' | 'bad') =>
  CHAOS_KINDS.flatMap((kind) => CASES[kind][which].map((each) => [kind, ...[each].flat()] as const));

describe('an experiment judged offline', () => {
  it.each(listed('good'))('%s: takes %s', (kind, spec) => {
    const isOneShot = /pod-kill|container-kill/.test(spec);
    expect(said(kind, `${spec}, ${isOneShot ? BACK : ONE}`)).toEqual([]);
  });

  it.each(listed('bad'))('%s: says one thing of %s', (kind, spec, message = '') => {
    expect(said(kind, `${spec}, ${ONE}`)).toEqual([expect.stringContaining(message)]);
  });
});

const UNPROVABLE: readonly (readonly [string, string])[] = [
  ...(['IOChaos', 'HTTPChaos', 'DNSChaos', 'KernelChaos', 'JVMChaos'] as const).map(
    (kind) => [kind, CASES[kind].good[0] ?? ''] as const,
  ),
  ['StressChaos', 'stressors: { memory: { workers: 1, size: "50%" } }'],
  ['StressChaos', 'stressors: { memory: { workers: 1 } }'],
  ['StressChaos', 'stressngStressors: "--cpu 1"'],
];

describe('an experiment that nothing here sees', () => {
  it.each(UNPROVABLE)('%s: wants a witness for %s', (kind, spec) => {
    const message = expect.stringMatching('^kind: expected a `witness` of your own beside chaosMesh');
    expect(said(kind, `${spec}, ${ONE}`, { witness: false })).toEqual([message]);
    expect(said(kind, `${spec}, ${ONE}`)).toEqual([]);
  });
});

it('a fault of the kernel counts nodes', () => {
  const message = 'kind: expected blastRadius.maxNodes of at least 1, got 0';
  const [spec = ''] = CASES.KernelChaos.good;
  expect(said('KernelChaos', `${spec}, ${ONE}`, { maxNodes: 0 })).toEqual([expect.stringContaining(message)]);
});

describe('another kind of Chaos Mesh', () => {
  it.each([
    ['Workflow', 'entry: all, templates: [{ name: all, templateType: Serial }]', 'are a `sequence`'],
    [
      'Schedule',
      'schedule: "@every 5m", type: PodChaos, podChaos: { action: pod-kill }',
      'is a `repeat` of the scenario',
    ],
    ['BlockChaos', 'action: delay', 'it selects no pods'],
    ['NetworkChoas', 'action: delay', 'did you mean NetworkChaos?'],
  ])('%s is refused in one sentence', (kind, spec, hint) => {
    expect(said(kind, spec)).toEqual([expect.stringMatching(`^kind: expected one of PodChaos.*got "${kind}".*`)]);
    expect(said(kind, spec).join()).toContain(hint);
  });
});
