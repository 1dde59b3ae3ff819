import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../../src/ports/reporter.ts';
import { CHART_PROJECT, type Finished, fixture, onlyRecord, openLab, runHealproof, runIn } from './lab.ts';
import { leftovers } from './leftovers.ts';

/** Too many for every day: set this variable to run them all. */
const isNightly = process.env.HEALPROOF_TEST_NIGHTLY !== undefined;

const witnesses = (record: RunRecord): string[] => [
  ...new Set((record.evidence.injection?.readings ?? []).map((reading) => reading.witness)),
];

async function expectPass(finished: Finished, witness: readonly string[]): Promise<void> {
  const record = onlyRecord(finished);
  expect(record.judgement).toMatchObject({ verdict: 'pass', faultProven: true, reasons: [] });
  expect(witnesses(record)).toEqual(witness);
  expect(record).toMatchObject({ leaks: [], cleanupErrors: [] });
  expect(finished.exitCode).toBe(0);
  expect(await leftovers(openLab().kube)).toEqual([]);
}

describe('faults that are not Chaos Mesh’s', () => {
  it('a Helm that is killed half-way leaves its release pending, and the run takes it back', async () => {
    const finished = await runIn(CHART_PROJECT, 'scenarios/killed-upgrade-takes-nobody-down.yaml');
    await expectPass(finished, ['release-record']);
  });

  it('a node that stands still is found out by its lease, and woken', async () => {
    await expectPass(await runHealproof(fixture('paused-node-stays-in-rotation')), ['node-lease']);
    const { kube, machines } = openLab();
    const nodes = (await kube.list({ apiVersion: 'v1', kind: 'Node' })).map((node) => node.metadata.name);
    const states = await Promise.all(nodes.map((node) => machines.state(node)));
    expect(states.every(({ running, paused }) => running && !paused)).toBe(true);
  });
});

describe.runIf(isNightly)('every other kind', () => {
  it.each([
    ['deleted-pod-is-replaced', ['object-read-back']],
    ['bad-image-does-not-spread', ['object-read-back']],
    ['wrong-clock-is-not-felt', ['process-clock']],
    ['drained-node-is-emptied', ['node-drained']],
    ['restarted-node-comes-back', ['node-start']],
    ['rebooted-node-comes-back', ['node-start']],
    ['two-lost-pods-are-replaced', ['object-read-back', 'pod-uid']],
  ])('bites, is witnessed and is taken back: %s', async (name, witness) => {
    await expectPass(await runHealproof(fixture(name)), witness);
  });

  it('an upgrade to an image that does not exist', async () => {
    const finished = await runIn(CHART_PROJECT, 'scenarios/bad-upgrade-takes-nobody-down.yaml');
    await expectPass(finished, ['release-record']);
  });

  it('a replica that nobody scales back is a refuted claim', async () => {
    const finished = await runHealproof(fixture('nobody-scales-back'));
    expect(onlyRecord(finished).judgement).toMatchObject({ verdict: 'fail', faultProven: true });
    expect(finished.exitCode).toBe(1);
  });
});
