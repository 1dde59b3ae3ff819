// biome-ignore-all lint/suspicious/noTemplateCurlyInString: expressions of scenario files
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SAMPLE, SAMPLE_STEADY_STATE } from '../../src/scenario/model/sample.test-data.ts';

const MAIN = fileURLToPath(new URL('../../src/cli/main.mjs', import.meta.url));

const changed = (before: string, after: string): string => {
  if (!SAMPLE.includes(before)) throw new Error(`the sample does not hold ${before}`);
  return SAMPLE.replace(before, after);
};

/** Every layer nine times the one before it. */
const BOMB = [
  'l0: &l0 [lol]',
  ...Array.from({ length: 9 }, (_, n) => `l${n + 1}: &l${n + 1} [${Array(9).fill(`*l${n}`).join(', ')}]`),
].join('\n');

/** What authors get wrong, by file name: the text, and where and how that is said. */
const BAD: Readonly<Record<string, readonly [text: string | Uint8Array, issue: RegExp]>> = {
  'alias-bomb': [BOMB, /:1:1 (?:more than 100|too many) aliases/],
  'alias-to-itself': ['a: &b [1, *b]\n', /:1:11 alias \*b refers to a part that contains it/],
  'ten-megabytes': [`# ${'x'.repeat(10 * 1024 * 1024)}\n${SAMPLE}`, /:1:1 larger than 1 MB/],
  tag: [changed('for: 5s', 'for: !!str 5s'), /:13:18 tags are not allowed/],
  'key-twice': [
    changed('  title: A sample', '  title: A sample\n  title: B'),
    /:6:3 the key title stands here for the second time/,
  ],
  tab: [changed('  title: A sample', '\ttitle: A sample'), /:5:1 invalid YAML: Tabs are not allowed/],
  'mark-and-windows-lines': [
    `\uFEFF${changed('by: healer', 'by: wizard').replaceAll('\n', '\r\n')}`,
    /:38:9 spec\.recovery\.by: expected one of/,
  ],
  latin: [Buffer.from(changed('A sample', 'Ein Käfig'), 'latin1'), /:5:15 not a UTF-8 text/],
  'utf-16': [Buffer.from(`\uFEFF${SAMPLE}`, 'utf16le'), /:1:\d not a UTF-8 text/],
  empty: ['', /:1:1 expected a document, got an empty file/],
  'empty-document': [`${SAMPLE}---\n---\n`, /expected a document, got an empty one/],
  'two-hundred': [
    changed('  name: sample', `  name: sample\n${Array.from({ length: 200 }, (_, n) => `  wrong${n}: 1`).join('\n')}`),
    /:204:3 metadata\.wrong199: unknown key/,
  ],
  'name-twice': [`${SAMPLE}---\n${SAMPLE}`, /:4\d:9 metadata\.name: the name \S+ is taken by the Scenario at \S+:4/],
  'use-of-nothing': [changed('use: normal', 'use: norml'), /:9:12 spec\.steadyState\[0\]\.use: .*did you mean normal/],
  'too-fine': [
    changed('within: 30s', 'within: 5s'),
    /:35:13 spec\.recovery\.within: expected at least \d+s, twice the/,
  ],
  'phase-too-fine': [changed('detect: 12s', 'detect: 1s'), /:37:23 spec\.recovery\.phases\.detect: expected at least/],
  'phases-over-within': [
    changed('detect: 12s', 'detect: 22s'),
    /:37:5 spec\.recovery\.phases: expected budgets that fit/,
  ],
  'no-target': [changed('maxPods: 3', 'maxPods: 0'), /spec\.blastRadius\.maxPods: expected at least 1/],
  'too-many-targets': [
    changed('maxPods: 3', 'maxPods: 1'),
    /spec\.fault\.chaosMesh\.spec\.mode: touches at least 2 pods/,
  ],
  'no-selector': [
    changed('          namespaces: [shop]', '          labelSelectors: { app: x }'),
    /selector: expected namespaces in the selector/,
  ],
  'ends-by-itself': [
    changed('duration: 180s', 'duration: 41s'),
    /:26:19 spec\.fault\.chaosMesh\.spec\.duration: the fault would end by itself/,
  ],
  'no-parameter': [
    changed('within: 30s', 'within: "${{ params.t }}"'),
    /:35:13 spec\.recovery\.within: there is no parameter t/,
  ],
  'no-kind-config': [
    changed('  workload:', '  cluster: { use: fresh, config: clusters/none.yaml }\n  workload:'),
    /:7:34 spec\.cluster\.config: expected the path of a kind configuration, there is no file clusters\/none\.yaml/,
  ],
  'no-promql': [changed('sum by (le) (rate(', 'sum by (le) (('), /:11:\d+ spec\.steadyState\[1\]\.query: PromQL: /],
};

/** A steady state cannot use another, so nothing can use itself. */
const CYCLE = SAMPLE_STEADY_STATE.replace('name: normal', 'name: circular').replace(
  / {4}- name: answers[\s\S]*/,
  '    - use: circular\n',
);

/** What kind would refuse only when it makes the cluster. */
const BAD_KIND_CONFIG = 'kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nnodes:\n  - role: worker\n    lables: {}\n';

let project: string;
beforeAll(async () => {
  project = await realpath(await mkdtemp(join(tmpdir(), 'healproof-bad-')));
  for (const folder of ['scenarios', 'steady-state', 'workloads/shop/manifests', 'clusters'])
    await mkdir(join(project, folder), { recursive: true });
  await writeFile(join(project, 'healproof.yaml'), '');
  await writeFile(join(project, 'steady-state/normal.yaml'), SAMPLE_STEADY_STATE);
  await writeFile(join(project, 'steady-state/circular.yaml'), CYCLE);
  const shaped = changed('  workload:', '  cluster: { use: fresh, config: clusters/bad.yaml }\n  workload:');
  await writeFile(join(project, 'scenarios/shaped.yaml'), shaped.replace('name: sample', 'name: shaped'));
  await writeFile(join(project, 'clusters/bad.yaml'), BAD_KIND_CONFIG);
  for (const [name, [text]] of Object.entries(BAD)) {
    const own = typeof text === 'string' ? text.replaceAll('name: sample', `name: ${name}`) : text;
    await writeFile(join(project, 'scenarios', `${name}.yaml`), own);
  }
});
afterAll(() => rm(project, { recursive: true, force: true }));

async function healproof(...args: readonly string[]): Promise<{ code: number | null; said: string }> {
  const env = { ...process.env, HEALPROOF_CACHE_DIR: join(project, 'cache'), HOME: project };
  const child = spawn(process.execPath, [MAIN, ...args], { cwd: project, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += String(chunk)));
  const [code] = await once(child, 'close');
  return { code: code as number | null, said };
}

describe.each(['validate', 'run'])('healproof %s of what is wrong', (verb) => {
  let code: number | null;
  let said: string;
  beforeAll(async () => {
    ({ code, said } = await healproof(verb));
  });

  it('exits with 2', () => {
    expect(code).toBe(2);
  });

  it.each(Object.keys(BAD))('says what is wrong with %s, and where', (name) => {
    const lines = said.split('\n').filter((line) => line.startsWith(`scenarios/${name}.yaml:`));
    const issue = BAD[name]?.[1] ?? /^$/;
    expect(
      lines.some((line) => issue.test(line)),
      lines.join('\n'),
    ).toBe(true);
    for (const line of lines) expect(line).toMatch(/^[^:]+:\d+:\d+ \S/);
  });

  it('refuses a steady state that uses itself', () => {
    expect(said).toMatch(/^steady-state\/circular\.yaml:6:\d+ spec\.probes\[0\]\S* /m);
  });

  it('says what is wrong with a kind configuration, and where', () => {
    expect(said).toMatch(/^clusters\/bad\.yaml:5:5 nodes\[0\]\.lables: unknown key \(did you mean labels\?\)$/m);
  });

  it('says all two hundred problems of one file', () => {
    expect(said.match(/^scenarios\/two-hundred\.yaml:/gm)).toHaveLength(200);
  });

  it('creates nothing', () => {
    expect(existsSync(join(project, 'reports'))).toBe(false);
    expect(existsSync(join(project, 'cache'))).toBe(false);
  });
});

describe('healproof validate', () => {
  it('takes the same scenario once it is right', async () => {
    const good = join(project, 'good.yaml');
    await rm(join(project, 'steady-state/circular.yaml'));
    await writeFile(good, SAMPLE);
    expect(await healproof('validate', good)).toEqual({ code: 0, said: '1 scenario is valid\n' });
    expect(await readFile(good, 'utf8')).toBe(SAMPLE);
  });
});
