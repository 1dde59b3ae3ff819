import { cp, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Config, loadConfig } from '../../config/config.ts';
import { UsageError } from '../../errors.ts';
import { REPO_ROOT } from '../../installation.ts';
import { SCAFFOLD_FAULTS } from '../scaffold/fault-names.ts';
import { TEMPLATE_NAMES } from '../scaffold/scaffold-faults.ts';
import { compileProject } from '../workbench/selection.ts';
import { newScenario } from './new.ts';

let project: string;
let config: Config;
beforeEach(async () => {
  project = await realpath(await mkdtemp(join(tmpdir(), 'healproof-new-')));
  await writeFile(join(project, 'healproof.yaml'), '');
  config = (await loadConfig({}, {}, project)).config;
  for (const stream of [process.stdout, process.stderr]) vi.spyOn(stream, 'write').mockReturnValue(true);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(project, { recursive: true });
});

const choices = {
  name: 'my-claim',
  fault: 'pod-failure',
  namespace: 'shop',
  app: 'shop-back',
  from: 'shop-front',
  workload: null,
  steadyStates: [],
  withParams: false,
  repeat: null,
} as const;
/** With a chart, so that there is a release. */
const WEB = join(REPO_ROOT, 'test', 'fixtures', 'chart-project', 'workloads');
const fileOf = (name: string) => join(project, 'scenarios', `${name}.yaml`);

describe('a new scenario', () => {
  it('offers every template by its name', () => expect(SCAFFOLD_FAULTS).toEqual(TEMPLATE_NAMES));

  it.each(SCAFFOLD_FAULTS)('with the fault %s is valid as it stands', async (fault) => {
    await cp(WEB, join(project, 'workloads'), { recursive: true });
    expect(await newScenario(config, { ...choices, fault, workload: 'web' })).toBe(0);
    const { scenarios, issues } = await compileProject(config, []);
    expect(issues).toEqual([]);
    expect(scenarios.map(({ name }) => name)).toEqual(['my-claim']);
    expect(await readFile(fileOf('my-claim'), 'utf8')).toMatch(
      /^# yaml-language-server: \$schema=.*scenario\.schema\.json\n/,
    );
  });

  it.each(SCAFFOLD_FAULTS)('with the fault %s may have parameters and be run several times', async (fault) => {
    await cp(WEB, join(project, 'workloads'), { recursive: true });
    const plain = { ...choices, fault, workload: 'web' };
    await newScenario(config, { ...plain, name: 'plain' });
    await newScenario(config, { ...plain, name: 'changeable', withParams: true, repeat: 5 });
    const { scenarios, issues } = await compileProject(config, []);
    expect(issues).toEqual([]);
    const [changeable, fixed] = scenarios;
    expect(changeable).toMatchObject({ params: { namespace: 'shop' }, repeat: { kind: 'every-run', runs: 5 } });
    for (const part of ['fault', 'blastRadius', 'steadyState', 'recovery'] as const)
      expect(changeable?.[part]).toEqual(fixed?.[part]);
    const other = await compileProject(config, [fileOf('changeable')], new Map([['namespace', 'pay']]));
    expect(other.scenarios[0]?.blastRadius.namespaces).toEqual(['pay']);
  });

  it.each(['bad-upgrade', 'killed-upgrade'] as const)('with the fault %s needs a workload', async (fault) => {
    await expect(newScenario(config, { ...choices, fault })).rejects.toThrow(/needs --workload/);
  });

  it("may stand on the project's own workload and steady states", async () => {
    for (const folder of ['workloads', 'steady-state'])
      await cp(join(REPO_ROOT, folder), join(project, folder), { recursive: true });
    await newScenario(config, { ...choices, workload: 'shop', steadyStates: ['shop-availability', 'shop-redundancy'] });
    const { scenarios, issues } = await compileProject(config, []);
    expect(issues).toEqual([]);
    expect(scenarios[0]).toMatchObject({ workload: 'shop', steadyState: [{ name: 'shop answers' }, {}] });
  });

  it('never overwrites one that is there', async () => {
    await newScenario(config, choices);
    const before = await readFile(fileOf('my-claim'), 'utf8');
    await expect(newScenario(config, { ...choices, fault: 'none' })).rejects.toThrow(UsageError);
    expect(await readFile(fileOf('my-claim'), 'utf8')).toBe(before);
  });

  it.each(['../escape', 'Upper', 'a b', '', '-a', 'a'.repeat(64)])('is refused the name %j', async (name) => {
    await expect(newScenario(config, { ...choices, name })).rejects.toThrow(UsageError);
  });

  it.each([{ namespace: '..' }, { app: 'a: b' }, { from: 'a/b' }, { workload: '../x' }, { steadyStates: ['a', 'b]'] }])(
    'is not written with what is no name: %j',
    async (wrong) => {
      await expect(newScenario(config, { ...choices, ...wrong })).rejects.toThrow(UsageError);
      await expect(readFile(fileOf('my-claim'), 'utf8')).rejects.toThrow(/ENOENT/);
    },
  );
});
