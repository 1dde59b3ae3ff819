import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeRun } from '../../test/fakes/fake-run.ts';
import { chooseSupply } from './choose-supply.ts';
import type { Supply } from './supply.ts';

let cacheDir: string;
beforeEach(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), 'healproof-choice-'));
});
afterEach(() => rm(cacheDir, { recursive: true }));

const signal = new AbortController().signal;
const probe = 'docker manifest inspect';
const refused = { exitCode: 1, output: 'no route to host' };

function supply(source: 'pull' | 'airgap'): Supply {
  const no = (): never => {
    throw new Error('not asked for');
  };
  return { source, needs: no, base: no, writePrograms: no, writeArchive: no };
}
const supplies = { pull: supply('pull'), airgap: supply('airgap') };

describe('chooseSupply', () => {
  it.each(['pull', 'airgap'] as const)('takes %s without asking a registry when it was told to', async (choice) => {
    const fake = new FakeRun();
    expect((await chooseSupply({ run: fake.run, cacheDir, choice, supplies })(signal)).source).toBe(choice);
    expect(fake.calls).toEqual([]);
  });

  it.each([
    ['pull', '{"schemaVersion":2}'],
    ['airgap', refused],
    ['airgap', { exitCode: 127, output: 'docker: not found' }],
  ] as const)('settles on %s when the probe ends with %j', async (source, answer) => {
    const fake = new FakeRun().on(probe, answer);
    expect((await chooseSupply({ run: fake.run, cacheDir, choice: 'auto', supplies })(signal)).source).toBe(source);
    expect(fake.calls[0]?.options.timeoutMs).toBeLessThanOrEqual(15_000);
  });

  it('stays with what it has settled on, in this process and the next', async () => {
    const first = new FakeRun().on(probe, refused);
    const choose = chooseSupply({ run: first.run, cacheDir, choice: 'auto', supplies });
    await choose(signal);
    await choose(signal);
    expect(first.calls).toHaveLength(1);
    const second = new FakeRun().on(probe, '{}');
    const again = chooseSupply({ run: second.run, cacheDir, choice: 'auto', supplies });
    expect((await again(signal)).source).toBe('airgap');
    expect(second.calls).toEqual([]);
  });
});
