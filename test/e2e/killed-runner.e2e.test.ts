import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { STEPS, type Step } from '../../src/experiment/run-record/run-record.ts';
import type { RunEvent } from '../../src/ports/reporter.ts';
import { eventually, openLab, type RunningHealproof, scenario, startHealproof } from './lab.ts';
import { leftovers } from './leftovers.ts';
import { killWithChildren } from './process-tree.ts';

/** The first change, the fault in force, and a clean-up that is itself cut short; the game day takes every step. */
const KILLED_IN: readonly Step[] = process.env.HEALPROOF_TEST_NIGHTLY === '1' ? STEPS : ['deploy', 'prove', 'clean up'];

describe('a runner that is killed together with all its processes', () => {
  it.each(KILLED_IN)('in step %s leaves nothing once the janitor has seen to it', async (step) => {
    const { kube } = openLab();
    const running = await startHealproof(scenario('wedged-replica-is-replaced'));
    await eventually(`step ${step} to begin`, 120_000, async () => {
      const begun = await stepsBegun(running);
      return begun.includes(step) ? null : begun.join(', ');
    });
    // Nothing is changed yet when the preflight begins.
    if (step !== 'preflight') expect(await leftovers(kube)).not.toEqual([]);
    await killWithChildren(running.pid);
    expect((await running.finished).records).toEqual([]);
    await eventually('the janitor to revert the killed run', 120_000, async () => {
      const left = await leftovers(kube);
      return left.length === 0 ? null : left.join(', ');
    });
  });
});

async function stepsBegun({ outputDir }: RunningHealproof): Promise<Step[]> {
  const entries = await readdir(join(outputDir, 'runs'), { withFileTypes: true }).catch(() => []);
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(outputDir, 'runs', name));
  const texts = await Promise.all(
    folders.map((folder) => readFile(join(folder, 'journal.jsonl'), 'utf8').catch(() => '')),
  );
  return texts.flatMap(stepsIn);
}

/** The last line may still be being written. */
function stepsIn(journal: string): Step[] {
  const lines = journal.split('\n').slice(0, -1);
  const events = lines.map((line) => JSON.parse(line) as RunEvent);
  return events.flatMap((event) => (event.type === 'step-started' ? [event.step] : []));
}
