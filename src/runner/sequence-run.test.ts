import { describe, expect, it } from 'vitest';
import { DEPLOYMENT, POD, runScenarioIn, SmallCluster, scenarioWith } from '../../test/fakes/small-cluster.ts';
import type { Sample, WitnessReading } from '../experiment/evidence/evidence.ts';
import type { RunRecord } from '../experiment/run-record/run-record.ts';
import type { RunnerPorts } from '../ports/runner-ports.ts';
import type { WitnessSubject } from '../ports/witness.ts';
import type { Fault } from '../scenario/model/fault.ts';
import type { Scenario } from '../scenario/model/scenario.ts';

const WITHIN_MS = 30_000;
const FAULT: Fault = {
  type: 'sequence',
  steps: [
    { afterMs: 0, fault: { type: 'kubernetes', change: { verb: 'delete', object: POD }, durationMs: null } },
    {
      afterMs: 24_000,
      fault: { type: 'kubernetes', change: { verb: 'scale', object: DEPLOYMENT, replicas: 0 }, durationMs: null },
    },
  ],
};
const plan = scenarioWith(FAULT);
const scenario: Scenario = {
  ...plan,
  recovery: { ...plan.recovery, withinMs: WITHIN_MS, stableForMs: 10_000, by: 'kubernetes' },
};

/** Out for 5 s after the pod is deleted, and after the workload is scaled away for so long as it takes. */
class Disturbed {
  readonly cluster = new SmallCluster();
  deletedAtMs = Number.POSITIVE_INFINITY;
  scaledAtMs = Number.POSITIVE_INFINITY;

  constructor() {
    const { kube, clock } = this.cluster;
    const [remove, scale] = [kube.remove.bind(kube), kube.scale.bind(kube)];
    kube.remove = async (ref, options) => {
      if (ref.kind === 'Pod') this.deletedAtMs = Math.min(this.deletedAtMs, clock.now());
      await remove(ref, options);
    };
    kube.scale = async (ref, replicas) => {
      if (replicas === 0) this.scaledAtMs = clock.now();
      await scale(ref, replicas);
    };
  }

  ports(healedAfterMs: number): RunnerPorts {
    const ports = this.cluster.ports();
    const sampleAt = (atMs: number): Sample => ({
      atMs,
      value: this.#isOut(atMs, healedAfterMs) ? 0 : 1,
      problem: null,
    });
    const { range } = ports.metrics;
    const metrics = {
      ...ports.metrics,
      sample: async (_query: string, atMs: number) => sampleAt(atMs),
      range: async (...asked: Parameters<typeof range>) => (await range(...asked)).map(({ atMs }) => sampleAt(atMs)),
    };
    const witnesses = { forFault: (subject: WitnessSubject) => ({ name: 'w', look: () => this.#look(subject) }) };
    return { ...ports, metrics, witnesses };
  }

  #isOut(atMs: number, healedAfterMs: number): boolean {
    const sinceDeletedMs = atMs - this.deletedAtMs - 1_000;
    const sinceScaledMs = atMs - this.scaledAtMs - 1_000;
    return (sinceDeletedMs >= 0 && sinceDeletedMs < 5_000) || (sinceScaledMs >= 0 && sinceScaledMs < healedAfterMs);
  }

  /** A look takes a moment, as it does in a real cluster. */
  async #look({ fault, targets }: WitnessSubject): Promise<WitnessReading[]> {
    await this.cluster.clock.sleep(25);
    const atMs = this.cluster.clock.now();
    const isDeletion = fault.type === 'kubernetes' && fault.change.verb === 'delete';
    const bitten = atMs > (isDeletion ? this.deletedAtMs : this.scaledAtMs);
    await this.cluster.clock.sleep(25);
    return targets.map(({ uid }) => ({ targetUid: uid, witness: 'w', atMs, bitten, observation: '' }));
  }
}

async function run(healedAfterMs: number): Promise<{ record: RunRecord; stoodMs: number }> {
  const world = new Disturbed();
  const record = await runScenarioIn(world.ports(healedAfterMs), scenario, { onEvent: () => undefined });
  const last = record.evidence.injection?.parts?.at(-1);
  return { record, stoodMs: (last?.undoneAtMs ?? Number.NaN) - (last?.requestedAtMs ?? Number.NaN) };
}

describe('a run with a sequence of faults', () => {
  it('that nobody heals the last of leaves it in until its time is over, and fails', async () => {
    const { record, stoodMs } = await run(Number.POSITIVE_INFINITY);
    expect(record.judgement).toMatchObject({ verdict: 'fail', faultProven: true });
    expect(record.judgement?.reasons.map(({ code }) => code)).toEqual(['RECOVERY_EXCEEDED']);
    expect(stoodMs).toBeGreaterThan(WITHIN_MS);
  });

  it('that are both healed in time passes once it is stable after the last', async () => {
    const { record, stoodMs } = await run(15_000);
    expect(record.judgement).toMatchObject({ verdict: 'pass', reasons: [] });
    expect(record.judgement?.recoveries).toMatchObject([{ outcome: 'met' }, { outcome: 'met' }]);
    expect(stoodMs).toBeGreaterThan(15_000 + 10_000);
  });

  it('of which the last cannot be put in does not pass', async () => {
    const world = new Disturbed();
    world.cluster.kube.trouble = (call) => (call.startsWith('scale') ? new Error('no more') : null);
    const record = await runScenarioIn(world.ports(0), scenario, { onEvent: () => undefined });
    expect(record.evidence.injection?.parts).toHaveLength(1);
    expect(record.judgement?.verdict).toBe('inconclusive');
  });
});
