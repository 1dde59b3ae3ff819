import { readdirSync, readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { analysePromql } from '../../test/fixtures/analyse-promql.ts';
import { formatIssue } from '../errors.ts';
import { type Compiled, compileScenarios } from './compile.ts';
import { chaosSchemasFromCrds } from './faults/chaos-mesh/chaos-schema.ts';
import { NETWORK_CHAOS_CRD, SAMPLE, SAMPLE_STEADY_STATE } from './model/sample.test-data.ts';
import type { SourceFile } from './yaml/source.ts';

const LIBRARY = [{ path: 'steady-state/normal.yaml', text: SAMPLE_STEADY_STATE }];
const OPTIONS = {
  digest: (text: string) => `digest of ${text.length}`,
  analysePromql,
  workloads: new Map(['shop', 'shop-paged'].map((name) => [name, 'd1'])),
};

const compile = (text: string, library: SourceFile[] = LIBRARY): Compiled =>
  compileScenarios([{ path: 'f.yaml', text }], library, OPTIONS);

const issuesOf = (text: string): string[] => compile(text).issues.map(formatIssue);

/** The sample with some of its lines changed; each must be there. */
function changed(...changes: readonly (readonly [string, string])[]): string {
  return changes.reduce((text, [before, after]) => {
    expect(text).toContain(before);
    return text.replace(before, after);
  }, SAMPLE);
}

const PARTITION = SAMPLE.slice(SAMPLE.indexOf('      kind: NetworkChaos'), SAMPLE.indexOf('  blastRadius'));
const chaos = (kind: string, spec: string, beside = ''): string =>
  changed([PARTITION, `      kind: ${kind}\n      spec: ${spec}\n${beside}`]);
const WITNESS = '    witness: { query: sum(slow_requests), tolerance: "> 5" }\n';
const PHASES = '    phases: { detect: 12s, act: 2s, restore: 16s }\n';
const EXPECT = '      expect: [{ type: EvictPod, target: { app: shop-back } }]\n';

const folder = (path: string): SourceFile[] =>
  readdirSync(path).map((name) => ({ path: `${path}/${name}`, text: readFileSync(`${path}/${name}`, 'utf8') }));

describe('compileScenarios', () => {
  it('turns a sound scenario into numbers, with its steady state put in', () => {
    const { scenarios, issues } = compile(SAMPLE);
    expect(issues).toEqual([]);
    expect(scenarios).toMatchObject([
      {
        name: 'sample',
        severity: 'normal',
        owner: null,
        file: 'f.yaml',
        cluster: 'lab',
        workload: 'shop',
        requires: { nodes: 1, kernel: [], components: [] },
        steadyState: [
          { name: 'answers', tolerance: { kind: 'range', low: 0.95, high: 1 }, forMs: 5_000 },
          { name: 'latency', tolerance: { kind: 'compare', operator: '<', value: 0.5 }, forMs: 5_000 },
        ],
        fault: { type: 'chaosMesh', kind: 'NetworkChaos', durationMs: 180_000, spec: { action: 'partition' } },
        blastRadius: { namespaces: ['shop'], maxPods: 3, maxNodes: 0 },
        abortWhen: [{ condition: { kind: 'compare', operator: '<', value: 1 }, forMs: 15_000 }],
        recovery: {
          withinMs: 30_000,
          stableForMs: 10_000,
          phases: { detectMs: 12_000, actMs: 2_000, restoreMs: 16_000 },
          by: 'healer',
          expectActions: [{ type: 'EvictPod', target: { app: 'shop-back' }, max: 1 }],
          forbidActions: [{ type: 'RebootNode' }],
        },
      },
    ]);
  });

  it('changes the digest with the scenario, with what it uses and with its workload, but not with comments', () => {
    const digestOf = (text: string, library: string, workload: string): string | undefined =>
      compileScenarios([{ path: 'f.yaml', text }], [{ path: 'l.yaml', text: library }], {
        digest: (canonical) => canonical,
        analysePromql,
        workloads: new Map([['shop', workload]]),
      }).scenarios[0]?.digest;
    const digest = digestOf(SAMPLE, SAMPLE_STEADY_STATE, 'd1');
    expect(digest).toBeDefined();
    expect(digestOf(`# hello\n${SAMPLE}`, SAMPLE_STEADY_STATE, 'd1')).toBe(digest);
    expect(digestOf(SAMPLE.replace('within: 30s', 'within: 31s'), SAMPLE_STEADY_STATE, 'd1')).not.toBe(digest);
    expect(digestOf(SAMPLE, SAMPLE_STEADY_STATE.replace('0.95', '0.94'), 'd1')).not.toBe(digest);
    expect(digestOf(SAMPLE, SAMPLE_STEADY_STATE, 'd2')).not.toBe(digest);
  });

  it.each([
    [
      [['use: normal', 'use: nromal']],
      'f.yaml:9:12 spec.steadyState[0].use: expected the name of a SteadyState document, got nromal (did you mean normal?); there are normal',
    ],
    [
      [['use: shop', 'use: shpo']],
      'f.yaml:7:20 spec.workload.use: expected the name of a workload, got shpo (did you mean shop?); there are shop',
    ],
    [[['name: latency', 'name: answers']], 'f.yaml:8:3 spec.steadyState: two probes are called "answers"'],
    [
      [['rate(shop_seconds_bucket[5s])', 'rate(shop_seconds_bucket)']],
      'f.yaml:11:57 spec.steadyState[1].query: PromQL: expected type range vector',
    ],
    [
      [['sum(up{job="apiserver"})', 'sum(up{job="apiserver"}']],
      'f.yaml:31:37 spec.abortWhen[0].query: PromQL: unclosed left parenthesis',
    ],
    [
      [
        ['within: 30s', 'within: 15s'],
        [PHASES, ''],
      ],
      'f.yaml:35:13 spec.recovery.within: expected at least 16s, twice the 8s by which a change can show late here, got 15s',
    ],
    [
      [
        ['    within: 30s\n', ''],
        [PHASES, ''],
      ],
      'f.yaml:34:3 spec.recovery.within: expected a recovery time objective such as 30s, but it is missing',
    ],
    [[['stableFor: 10s', 'stableFor: 6s']], 'f.yaml:36:16 spec.recovery.stableFor: expected at least 7s'],
    [[['restore: 16s', 'restore: 14s']], 'f.yaml:37:46 spec.recovery.phases.restore: expected at least 14s2ms'],
    [[['detect: 12s', 'detect: 2s']], 'f.yaml:37:23 spec.recovery.phases.detect: expected at least 2s2ms'],
    [
      [['act: 2s', 'act: 3s']],
      'f.yaml:37:5 spec.recovery.phases: expected budgets that fit into within (30s), got 31s together',
    ],
    [
      [['duration: 180s', 'duration: 55s']],
      'f.yaml:26:19 spec.fault.chaosMesh.spec.duration: the fault would end by itself and pass for a recovery by healer: expected at least 56s',
    ],
    [
      [
        ['duration: 180s', 'duration: 55s'],
        ['by: healer', 'by: kubernetes'],
        [PHASES, ''],
        [EXPECT, ''],
      ],
      'pass for a recovery by kubernetes',
    ],
    [
      [
        ['by: healer', 'by: none'],
        [PHASES, ''],
      ],
      'f.yaml:39:7 spec.recovery.actions.expect: the healer is expected to act, but the recovery is by: none',
    ],
    [
      [
        ['by: healer', 'by: kubernetes'],
        [EXPECT, ''],
      ],
      "f.yaml:37:5 spec.recovery.phases: phases are measured from the healer's record, but the recovery is by: kubernetes",
    ],
    [
      [['type: RebootNode', 'type: EvictPod']],
      'f.yaml:40:24 spec.recovery.actions.expect[0].type: EvictPod is forbidden too',
    ],
    [
      [['namespaces: [shop]\n    maxPods', 'namespaces: [shop, chaos-mesh]\n    maxPods']],
      'f.yaml:28:24 spec.blastRadius.namespaces[1]: chaos-mesh holds what judges or ends the fault',
    ],
    [[['maxPods: 3', 'maxPods: 0']], 'f.yaml:29:14 spec.blastRadius.maxPods: expected at least 1'],
    [
      [['maxPods: 3', 'maxPods: 1']],
      'f.yaml:19:15 spec.fault.chaosMesh.spec.mode: touches at least 2 pods, both sides counted, but blastRadius.maxPods is 1',
    ],
    [
      [['  blastRadius:\n    namespaces: [shop]\n    maxPods: 3\n', '']],
      'spec.blastRadius: expected a blast radius with namespaces and maxPods, but it is missing',
    ],
  ] as const)('refuses %j', (changes, message) => {
    const { issues, scenarios } = compile(changed(...changes));
    expect(issues.map(formatIssue)).toEqual([expect.stringContaining(message)]);
    expect(scenarios).toEqual([]);
  });

  it.each([
    [`{ action: pod-kill, mode: one, selector: { namespaces: [shop] } }`, null],
    ['{ action: pod-kill, mode: one, selector: { pods: { shop: [a] } } }', null],
  ])('takes the one-shot fault %s, which has no duration and needs none', (spec, durationMs) => {
    const { scenarios, issues } = compile(chaos('PodChaos', spec));
    expect(issues).toEqual([]);
    expect(scenarios[0]?.fault).toMatchObject({ durationMs });
  });

  it.each([
    [
      'PodChaos',
      '{ action: pod-kil, mode: one, selector: { namespaces: [shop] }, duration: 90s }',
      '17:23 spec.fault.chaosMesh.spec.action: expected one of pod-kill, pod-failure, container-kill, got "pod-kil" (did you mean pod-kill?)',
    ],
    [
      'PodChaos',
      '{ mode: one, selector: { namespaces: [shop] }, duration: 90s }',
      'spec.action: expected one of pod-kill, pod-failure, container-kill, but it is missing',
    ],
    [
      'PodChaos',
      '{ action: pod-failure, mode: one, selector: { namespaces: [shop] } }',
      'spec.duration: expected a duration such as 180s, but it is missing',
    ],
    [
      'PodChaos',
      '{ action: pod-failure, mode: one, selector: { namespaces: [shop] }, duration: 1 day }',
      'spec.duration: expected a duration such as 180s or 1m30s, got "1 day"',
    ],
    [
      'PodChaos',
      '{ action: container-kill, mode: one, selector: { namespaces: [shop] } }',
      'spec.containerNames: expected the names of the containers to kill',
    ],
    [
      'PodChaos',
      '{ action: pod-kill, mode: any, selector: { namespaces: [shop] } }',
      'spec.mode: expected one of one, all, fixed, fixed-percent, random-max-percent, got "any"',
    ],
    [
      'PodChaos',
      '{ action: pod-kill, selector: { namespaces: [shop] } }',
      'spec.mode: expected one of one, all, fixed, fixed-percent, random-max-percent, but it is missing',
    ],
    [
      'PodChaos',
      '{ action: pod-kill, mode: fixed, selector: { namespaces: [shop] } }',
      'spec.value: mode fixed needs a value: expected a number of pods in quotes, such as "2", but it is missing',
    ],
    ['PodChaos', '{ action: pod-kill, mode: fixed, value: 2, selector: { namespaces: [shop] } }', 'such as "2", got 2'],
    [
      'PodChaos',
      '{ action: pod-kill, mode: fixed, value: "4", selector: { namespaces: [shop] } }',
      'spec.mode: touches at least 4 pods, but blastRadius.maxPods is 3',
    ],
    [
      'PodChaos',
      '{ action: pod-kill, mode: fixed-percent, value: "101", selector: { namespaces: [shop] } }',
      'expected a percentage in quotes, such as "50", got "101"',
    ],
    [
      'PodChaos',
      '{ action: pod-kill, mode: all, selector: { pods: { shop: [a, b, c, d] } } }',
      'touches at least 4 pods',
    ],
    ['PodChaos', '{ action: pod-kill, mode: one, selector: {} }', 'spec.selector: expected namespaces in the selector'],
    [
      'PodChaos',
      '{ action: pod-kill, mode: one, selector: { namespaces: [kube-system] } }',
      'spec.selector.namespaces[0]: namespace kube-system is outside of blastRadius.namespaces (shop)',
    ],
    [
      'PodChaos',
      '{ action: pod-kill, mode: one, selector: { pods: { kube-system: [a] } } }',
      '17:64 spec.fault.chaosMesh.spec.selector.pods.kube-system: namespace kube-system is outside',
    ],
    [
      'PodChaos',
      '{ action: pod-kill, mode: one, selector: { namespaces: [shop] }, remoteCluster: other }',
      'spec.remoteCluster: a fault in another cluster',
    ],
    [
      'StressChaos',
      '{ mode: one, selector: { namespaces: [shop] }, duration: 90s }',
      'spec.stressors: expected a cpu or memory stressor with at least one worker',
    ],
    [
      'StressChaos',
      '{ mode: one, selector: { namespaces: [shop] }, duration: 90s, stressors: { cpu: { workers: 0 } } }',
      'spec.stressors.cpu.workers: expected at least 1 worker, got 0',
    ],
    [
      'NetworkChaos',
      '{ action: delay, mode: one, selector: { namespaces: [shop] }, duration: 90s, direction: from, delay: { latency: 90ms } }',
      'spec.direction: direction from needs a target',
    ],
    [
      'NetworkChaos',
      '{ action: partition, mode: one, selector: { namespaces: [shop] }, duration: 90s, target: { mode: all, selector: { namespaces: [default] } } }',
      'spec.target.selector.namespaces[0]: namespace default is outside',
    ],
  ])('refuses the %s %s', (kind, spec, message) => {
    expect(issuesOf(chaos(kind, spec))).toEqual([expect.stringContaining(message)]);
  });

  it.each([
    [
      'StressChaos',
      '{ mode: one, selector: { namespaces: [shop] }, duration: 90s, stressngStressors: --cpu 1 }',
      WITNESS,
    ],
    [
      'NetworkChaos',
      '{ action: partition, mode: one, selector: { namespaces: [shop] }, duration: 90s, direction: both, externalTargets: [example.test] }',
      WITNESS,
    ],
    [
      'TimeChaos',
      '{ mode: random-max-percent, value: "50", selector: { namespaces: [shop] }, duration: 1.5m, timeOffset: -1h }',
    ],
    [
      'HTTPChaos',
      '{ mode: one, selector: { namespaces: [shop] }, duration: 90s, target: Request, port: 80, abort: true }',
      WITNESS,
    ],
  ])('takes the %s %s', (kind, spec, beside = '') => {
    expect(issuesOf(chaos(kind, spec, beside))).toEqual([]);
  });

  it('checks a fault against the schema of its kind where there is one', () => {
    const chaosSchemas = chaosSchemasFromCrds([{ path: 'crd.yaml', text: NETWORK_CHAOS_CRD }]);
    const text = changed(
      ['action: partition', 'action: partitoin'],
      ['duration: 180s', 'duration: 180s\n        durations: 1'],
    );
    const { issues } = compileScenarios([{ path: 'f.yaml', text }], LIBRARY, { ...OPTIONS, chaosSchemas });
    expect(issues.map(formatIssue)).toEqual([
      'f.yaml:18:17 spec.fault.chaosMesh.spec.action: expected one of partition, delay, got "partitoin"',
      'f.yaml:27:9 spec.fault.chaosMesh.spec.durations: unknown field (did you mean duration?): expected one of action, direction, duration, mode, selector, target, value',
    ]);
  });

  it('reads a budget for every phase', () => {
    const text = changed([
      'phases: { detect: 12s, act: 2s, restore: 16s }',
      'phases: { detect: 10s, decide: 1s, act: 1s, restore: 16s }',
    ]);
    expect(compile(text).scenarios[0]?.recovery.phases).toEqual({
      detectMs: 10_000,
      decideMs: 1_000,
      actMs: 1_000,
      restoreMs: 16_000,
    });
    expect(compile(changed([PHASES, ''])).scenarios[0]?.recovery.phases).toEqual({});
  });

  it('takes a message and refusals from a healer that is said to heal nothing', () => {
    const tell = '      expect: [{ type: Notify, target: { app: shop-back } }]\n';
    const refuse = '      refuse: [{ reason: MinHealthy, target: { app: shop-back } }]\n';
    const { scenarios, issues } = compile(changed(['by: healer', 'by: none'], [PHASES, ''], [EXPECT, tell + refuse]));
    expect(issues).toEqual([]);
    expect(scenarios[0]?.recovery).toMatchObject({
      expectActions: [{ type: 'Notify' }],
      expectRefusals: [{ reason: 'MinHealthy', target: { app: 'shop-back' } }],
    });
  });

  it('knows the reasons for which the healer refuses', () => {
    const refuse = '      refuse: [{ reason: MinHealty, target: { app: shop-back } }]\n';
    const { issues } = compile(changed([EXPECT, EXPECT + refuse]));
    expect(issues.map(({ message }) => message).join()).toContain('did you mean MinHealthy?');
  });

  it('points at the alias where an expression stands elsewhere', () => {
    const text = changed(
      ['query: sum(up{job="apiserver"})', 'query: *bad'],
      ['  title: A sample', '  title: &bad rate(x)'],
    );
    expect(issuesOf(text)).toEqual([
      expect.stringContaining('f.yaml:31:14 spec.abortWhen[0].query: PromQL: expected type range vector'),
    ]);
  });

  it('takes a control run without a fault, a blast radius or an objective', () => {
    const fault = SAMPLE.slice(SAMPLE.indexOf('  fault:'), SAMPLE.indexOf('  abortWhen'));
    const control = changed(
      [fault, '  fault: none\n'],
      ['    within: 30s\n', ''],
      [PHASES, ''],
      [EXPECT, ''],
      ['by: healer', 'by: none'],
    );
    const { scenarios, issues } = compile(control);
    expect(issues).toEqual([]);
    expect(scenarios[0]).toMatchObject({
      fault: { type: 'none' },
      recovery: { withinMs: 0 },
      blastRadius: { maxPods: 0 },
    });
    expect(issuesOf(control.replace('stableFor', 'within: 30s\n    stableFor'))).toEqual([
      expect.stringContaining('spec.recovery.within: without a fault there is nothing to recover from'),
    ]);
    expect(issuesOf(control.replace('by: none', 'by: kubernetes'))).toEqual([
      expect.stringContaining(
        'spec.recovery.by: without a fault there is nothing to heal: expected none, got kubernetes',
      ),
    ]);
  });

  it('says everything at once: an unknown key hides neither bad PromQL nor a missing reference nor a contradiction', () => {
    const text = changed(
      ['  title: A sample', '  title: A sample\n  nmae: x'],
      ['workload: { use: shop }', 'workload: { use: shpo }\n  requires: { nodes: many }'],
      ['use: normal', 'use: abnormal'],
      ['[5s])))', '[5s]))'],
      ['tolerance: "< 0.5"', 'tolerance: "< 0.5"\n      colour: red'],
      ['maxPods: 3', 'maxPods: 1'],
      ['act: 2s', 'act: 20s'],
    );
    expect(issuesOf(text).map((issue) => issue.split(' ', 2).join(' '))).toEqual([
      'f.yaml:6:3 metadata.nmae:',
      'f.yaml:8:20 spec.workload.use:',
      'f.yaml:9:22 spec.requires.nodes:',
      'f.yaml:11:12 spec.steadyState[0].use:',
      'f.yaml:13:82 spec.steadyState[1].query:',
      'f.yaml:15:7 spec.steadyState[1].colour:',
      'f.yaml:22:15 spec.fault.chaosMesh.spec.mode:',
      'f.yaml:40:5 spec.recovery.phases:',
    ]);
  });

  it('refuses a name twice in one run and says where the first one is', () => {
    const files = ['a.yaml', 'b.yaml'].map((path) => ({ path, text: SAMPLE }));
    const { issues, scenarios } = compileScenarios(files, LIBRARY, OPTIONS);
    expect(issues.map(formatIssue)).toEqual([
      'b.yaml:4:9 metadata.name: the name sample is taken by the Scenario at a.yaml:4',
    ]);
    expect(scenarios.map(({ file }) => file)).toEqual(['a.yaml']);
  });

  it('puts the problems of several files in order', () => {
    const files = ['b.yaml', 'a.yaml', 'c.yaml'].map((path) => ({ path, text: 'kind: Pod\n---\nkind: Node\n' }));
    const { issues } = compileScenarios(files, [], OPTIONS);
    expect(issues.map(({ file, line }) => `${file}:${line}`)).toEqual([
      'a.yaml:1',
      'a.yaml:3',
      'b.yaml:1',
      'b.yaml:3',
      'c.yaml:1',
      'c.yaml:3',
    ]);
  });

  it('refuses a steady state twice and a scenario among the steady states', () => {
    const library = [
      ...LIBRARY,
      {
        path: 'steady-state/z.yaml',
        text: `${SAMPLE_STEADY_STATE}---\n${SAMPLE.replace('name: sample', 'name: lost')}`,
      },
    ];
    expect(compile(SAMPLE, library).issues.map(formatIssue)).toEqual([
      'steady-state/z.yaml:3:19 metadata.name: the name normal is taken by the SteadyState at steady-state/normal.yaml:3',
      'steady-state/z.yaml:12:7 kind: a Scenario among the steady states would never be run: move it',
    ]);
  });

  it('runs nothing that uses a broken steady state, and reports that state once', () => {
    const library = [{ path: 'l.yaml', text: SAMPLE_STEADY_STATE.replace('rate(ok[5s])', 'rate(ok)') }];
    const files = ['a', 'b'].map((name) => ({
      path: `${name}.yaml`,
      text: SAMPLE.replace('name: sample', `name: ${name}`),
    }));
    const { issues, scenarios } = compileScenarios(files, library, OPTIONS);
    expect(issues).toHaveLength(1);
    expect(scenarios).toEqual([]);
    const unreadable = [{ path: 'l.yaml', text: SAMPLE_STEADY_STATE.replace('for: 5s', 'for: a while') }];
    expect(compileScenarios(files, unreadable, OPTIONS)).toMatchObject({ issues: [{ file: 'l.yaml' }], scenarios: [] });
  });

  it('finds a steady state that stands in the same file, and reads a file once that is asked for and in the library', () => {
    expect(compile(`${SAMPLE}---\n${SAMPLE_STEADY_STATE}`, []).issues).toEqual([]);
    const both = { path: 'f.yaml', text: `${SAMPLE}---\n${SAMPLE_STEADY_STATE}` };
    expect(compileScenarios([both], [both], OPTIONS).issues).toEqual([]);
  });

  it('places a PromQL problem inside a text of several lines', () => {
    const text = changed([
      'histogram_quantile(0.99, sum by (le) (rate(shop_seconds_bucket[5s])))',
      '|\n        sum(\n          rate(foo)\n        )',
    ]);
    expect(issuesOf(text)).toEqual([
      expect.stringContaining('f.yaml:13:16 spec.steadyState[1].query: PromQL: expected type range vector'),
    ]);
    const folded = changed([
      'histogram_quantile(0.99, sum by (le) (rate(shop_seconds_bucket[5s])))',
      '>-\n        sum(foo) /\n        sum(rate(foo))',
    ]);
    expect(issuesOf(folded)).toEqual([expect.stringContaining('f.yaml:13:18 spec.steadyState[1].query')]);
    const quoted = changed([
      'histogram_quantile(0.99, sum by (le) (rate(shop_seconds_bucket[5s])))',
      "'sum(foo{a=~''b''}) + rate(foo)'",
    ]);
    expect(issuesOf(quoted)).toEqual([expect.stringContaining('f.yaml:11:41 spec.steadyState[1].query')]);
  });
});

describe('the JSON Schemas for editors', () => {
  const validatorOf = (path: string): ValidateFunction =>
    new Ajv({ strict: false }).compile(JSON.parse(readFileSync(path, 'utf8')));
  const scenario = validatorOf('schema/scenario.schema.json');
  const steadyState = validatorOf('schema/steady-state.schema.json');

  it.each([...folder('scenarios'), ...folder('test/fixtures/scenarios')])('accept $path', ({ text }) => {
    expect(scenario(parse(text))).toBe(true);
  });

  it.each(folder('steady-state'))('accept $path', ({ text }) => {
    expect(steadyState(parse(text))).toBe(true);
  });

  it.each([
    ['use: normal', 'used: normal'],
    ['within: 30s', 'within: 30 seconds'],
    ['  title: A sample\n', ''],
    ['by: healer', 'by: wizard'],
    ['"< 0.5"', '"about 3"'],
  ])('mark %s written as %j', (before, after) => {
    expect(scenario(parse(changed([before, after])))).toBe(false);
  });
});

describe('the scenarios of this repository', () => {
  it('are all sound', () => {
    const workloads = new Map(readdirSync('workloads').map((name) => [name, 'a digest']));
    const { issues, scenarios } = compileScenarios(folder('scenarios'), folder('steady-state'), {
      ...OPTIONS,
      workloads,
    });
    expect(issues).toEqual([]);
    expect(scenarios.length).toBeGreaterThanOrEqual(5);
  });

  it('name the schema on their first line', () => {
    for (const { path, text } of [
      ...folder('scenarios'),
      ...folder('steady-state'),
      ...folder('test/fixtures/scenarios'),
    ]) {
      expect(text.split('\n')[0], path).toMatch(
        /^# yaml-language-server: \$schema=(\.\.\/)+schema\/[a-z-]+\.schema\.json$/,
      );
    }
  });

  it('have controls that validate, but for the one whose fault ends by itself although the healer is said to heal it', () => {
    const { issues } = compileScenarios(folder('test/fixtures/scenarios'), folder('steady-state'), OPTIONS);
    expect(issues).toMatchObject([
      { file: 'test/fixtures/scenarios/fault-ends-by-itself.yaml', path: 'spec.fault.chaosMesh.spec.duration' },
    ]);
  });
});
