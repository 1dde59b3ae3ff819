import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HEALER } from '../../../healer/src/names.ts';
import { eviction, healerRecord, injectorEvent, PARTITION, pod, T0 } from '../../../test/fixtures/evidence-builder.ts';
import {
  buildSequence,
  deletesPod,
  joined,
  type Outages,
  type SequencedFault,
  scalesAway,
} from '../../../test/fixtures/sequence-builder.ts';
import type { PhaseBudgets } from '../../scenario/model/scenario.ts';
import type { Evidence, NodeTarget } from '../evidence/evidence.ts';
import type { Judgement } from '../result/judgement.ts';
import { mayStopObserving } from './observation.ts';
import { judge } from './verdict.ts';

const FOR_GOOD = 1_000_000;
const summary = ({ verdict, reasons }: Judgement): string =>
  [verdict, ...reasons.map((reason) => reason.code)].join(' ');
const LAB: readonly SequencedFault[] = [deletesPod(), scalesAway(24_000)];
const seconds = (ms: number | undefined): number => ((ms ?? Number.NaN) - T0) / 1_000;

/** Where the runner would stop, and what would be judged then. */
function stoppedAt(faults: readonly SequencedFault[], outages: Outages, fromMs = 1_000): number {
  for (let observedToMs = fromMs; observedToMs < 200_000; observedToMs += 1_000) {
    const evidence = buildSequence(faults, outages, { observedToMs });
    if (mayStopObserving(evidence)) return observedToMs;
  }
  return Number.POSITIVE_INFINITY;
}

describe('a sequence', () => {
  it('whose last fault is never healed fails, however well the first one was', () => {
    const judgement = judge(
      buildSequence(LAB, [
        [1_000, 6_000],
        [25_000, FOR_GOOD],
      ]),
    );
    expect(summary(judgement)).toBe('fail RECOVERY_EXCEEDED');
    expect(judgement.reasons[0]?.message).toMatch(/^fault 2 of 2: not recovered/);
    expect(judgement).toMatchObject({ recovery: null, timeline: { restoredAt: null, stableAt: null } });
  });

  it.each<{
    what: string;
    outages: Outages;
    faults?: readonly SequencedFault[];
    observedToMs?: number;
    expected: string;
  }>([
    {
      what: 'both healed in time',
      outages: [
        [1_000, 6_000],
        [25_000, 45_000],
      ],
      expected: 'pass',
    },
    {
      what: 'the second healed too late',
      outages: [
        [1_000, 6_000],
        [25_000, 58_000],
      ],
      expected: 'fail RECOVERY_EXCEEDED',
    },
    {
      what: 'still out from the first when the second comes, and for too long from the first',
      outages: [[1_000, 34_000]],
      expected: 'fail RECOVERY_EXCEEDED',
    },
    {
      what: 'still out from the first when the second comes, but in time from both',
      faults: [deletesPod(), scalesAway(5_000)],
      outages: [[1_000, 25_000]],
      expected: 'pass',
    },
    {
      what: 'back too shortly before the second to tell whether it was for good',
      outages: [
        [1_000, 20_000],
        [25_000, 40_000],
      ],
      expected: 'inconclusive WITHIN_RESOLUTION',
    },
    {
      what: 'back from the first while the second comes, which nobody felt',
      outages: [[1_000, 20_000]],
      expected: 'pass',
    },
    { what: 'the first not felt', outages: [[25_000, 45_000]], expected: 'pass' },
    {
      what: 'the second felt late',
      outages: [
        [1_000, 6_000],
        [48_000, 53_000],
      ],
      expected: 'pass',
    },
    {
      what: 'the second felt late and for good',
      outages: [
        [1_000, 6_000],
        [48_000, FOR_GOOD],
      ],
      expected: 'fail RECOVERY_EXCEEDED',
    },
    {
      what: 'the second felt only after the outage of the first was over',
      faults: [deletesPod(), scalesAway(5_000)],
      outages: [
        [1_000, 8_000],
        [22_000, FOR_GOOD],
      ],
      expected: 'fail RECOVERY_EXCEEDED',
    },
    { what: 'neither felt', outages: [], expected: 'pass' },
    {
      what: 'watched until stable after the first only',
      outages: [[1_000, 6_000]],
      observedToMs: 30_000,
      expected: 'inconclusive NO_DATA',
    },
    {
      what: 'lost again before the second, and not back when it comes',
      outages: [
        [1_000, 3_000],
        [20_000, 40_000],
      ],
      expected: 'fail RECOVERY_EXCEEDED',
    },
  ])('$what: $expected', ({ outages, faults = LAB, observedToMs, expected }) => {
    const evidence = buildSequence(faults, outages, observedToMs === undefined ? {} : { observedToMs });
    expect(summary(judge(evidence))).toBe(expected);
  });

  it('is restored and stable after its last fault, and each fault has a recovery of its own', () => {
    const { timeline, recoveries, recovery } = judge(
      buildSequence(LAB, [
        [1_000, 6_000],
        [25_000, 45_000],
      ]),
    );
    expect(recoveries).toMatchObject([
      { outcome: 'met', took: { lowerMs: 3_500, upperMs: 6_000 } },
      { outcome: 'met', took: { lowerMs: 18_500, upperMs: 21_000 } },
    ]);
    expect(recovery).toEqual({ lowerMs: 18_500, upperMs: 21_000 });
    expect([seconds(timeline.injectedAt?.earliestMs), seconds(timeline.impactedAt?.latestMs)]).toEqual([0, 1]);
    expect([seconds(timeline.restoredAt?.latestMs), seconds(timeline.stableAt?.latestMs)]).toEqual([45, 65]);
  });

  it('is not stable in the calm before its last fault shows', () => {
    const { timeline } = judge(buildSequence(LAB, [[1_000, 6_000]]));
    expect(seconds(timeline.restoredAt?.earliestMs)).toBeGreaterThanOrEqual(24);
    expect(seconds(timeline.stableAt?.latestMs)).toBeGreaterThanOrEqual(24 + 30 + 10);
  });

  it('never passes while a fault of it was not injected', () => {
    const evidence = buildSequence(LAB, [[1_000, 6_000]]);
    const { injection } = evidence;
    if (injection === null) throw new Error('the story has a fault');
    const parts = injection.parts?.slice(0, 1) ?? [];
    expect(summary(judge({ ...evidence, injection: { ...injection, ...joined(parts) } }))).toBe(
      'inconclusive FAULT_NOT_PROVEN',
    );
    expect(judge({ ...evidence, injection: { ...injection, parts: [] } }).verdict).toBe('inconclusive');
  });

  it('is broken evidence where its faults are not in the order of time', () => {
    const evidence = buildSequence(LAB, [[1_000, 6_000]]);
    const { injection } = evidence;
    if (injection === null) throw new Error('the story has a fault');
    const parts = injection.parts?.toReversed() ?? [];
    expect(summary(judge({ ...evidence, injection: { ...injection, parts } }))).toBe('inconclusive HARNESS_BROKEN');
  });
});

describe('observing a sequence', () => {
  it.each<{ what: string; outages: Outages; stopMs: number }>([
    {
      what: 'until it is stable after the last fault',
      outages: [
        [1_000, 6_000],
        [25_000, 45_000],
      ],
      stopMs: 65_000,
    },
    { what: 'until the last fault can be called absorbed', outages: [[1_000, 6_000]], stopMs: 65_000 },
    {
      what: 'until the last fault is certainly not healed',
      outages: [
        [1_000, 6_000],
        [25_000, FOR_GOOD],
      ],
      stopMs: 69_000,
    },
  ])('goes on $what', ({ outages, stopMs }) => {
    expect(stoppedAt(LAB, outages)).toBe(stopMs);
  });
});

const everySecond = (fromMs: number, toMs: number): number[] =>
  Array.from({ length: (toMs - fromMs) / 1_000 }, (_, index) => fromMs + index * 1_000);

const afterMs = fc.integer({ min: 0, max: 29 }).map((second) => second * 1_000);
const outagesBefore = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 12 })), { maxLength: 4 })
  .map((pairs) => pairs.map(([from, length]): [number, number] => [from * 1_000, (from + length) * 1_000]));

describe('in any sequence', () => {
  it('a last fault that is never healed never lets it pass, wherever the runner stops', () => {
    fc.assert(
      fc.property(afterMs, fc.nat(28), outagesBefore, fc.boolean(), (secondMs, delayS, early, isHealedFirst) => {
        const outMs = secondMs + 1_000 + delayS * 1_000;
        const before = isHealedFirst ? early : [...early, [500, outMs] as const];
        const outages: Outages = [...before, [outMs, FOR_GOOD]];
        const faults = [deletesPod(), scalesAway(secondMs)];
        expect(judge(buildSequence(faults, outages)).verdict).toBe('fail');
        const observedToMs = stoppedAt(faults, outages);
        expect(judge(buildSequence(faults, outages, { observedToMs })).verdict).toBe('fail');
      }),
      { numRuns: 40 },
    );
  });

  it('observation stops only when the verdict will not change any more', () => {
    fc.assert(
      fc.property(afterMs, outagesBefore, (secondMs, outages) => {
        const faults = [deletesPod(), scalesAway(secondMs)];
        const observedToMs = stoppedAt(faults, outages);
        expect(judge(buildSequence(faults, outages, { observedToMs })).verdict).toBe(
          judge(buildSequence(faults, outages)).verdict,
        );
      }),
      { numRuns: 40 },
    );
  });

  it('a pass was in time after each fault, and a fail too late after one', () => {
    fc.assert(
      fc.property(afterMs, outagesBefore, (secondMs, outages) => {
        const { verdict, timeline } = judge(buildSequence([deletesPod(), scalesAway(secondMs)], outages));
        const isOut = (ms: number): boolean => outages.some(([fromMs, toMs]) => ms >= fromMs && ms < toMs);
        const isCalm = (fromMs: number): boolean => everySecond(fromMs, fromMs + 10_000).every((ms) => !isOut(ms));
        const calmFrom = (fromMs: number): number => everySecond(fromMs, 120_000).find(isCalm) ?? FOR_GOOD;
        if (verdict === 'fail') expect(everySecond(30_000, 120_000).some(isOut)).toBe(true);
        if (verdict !== 'pass') return;
        const isStillOut = secondMs > 0 && isOut(secondMs - 1_000);
        if (isStillOut) expect(calmFrom(secondMs)).toBeLessThanOrEqual(30_000);
        expect(calmFrom(secondMs)).toBeLessThanOrEqual(secondMs + 30_000);
        if (timeline.restoredAt === null) return;
        const restoredMs = timeline.restoredAt.latestMs - T0;
        expect(restoredMs).toBeGreaterThanOrEqual(secondMs);
        expect(isCalm(restoredMs)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it('samples that are lost never turn a verdict into its opposite', () => {
    fc.assert(
      fc.property(
        afterMs,
        outagesBefore,
        fc.array(fc.nat(130), { minLength: 1, maxLength: 8 }),
        (secondMs, outages, lost) => {
          const whole = buildSequence([deletesPod(), scalesAway(secondMs)], outages);
          const [own] = whole.probes;
          if (own === undefined) throw new Error('the story has a probe');
          const kept = own.samples.filter((_, index) => !lost.includes(index));
          const { verdict } = judge({ ...whole, probes: [{ ...own, samples: kept }] });
          if (verdict !== 'inconclusive') expect(verdict).toBe(judge(whole).verdict);
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('hands of the run itself', () => {
  const NODE: NodeTarget = { kind: 'Node', namespace: '', name: 'healproof-worker', uid: 'uid-node', labels: {} };
  const STRESS: SequencedFault = {
    afterMs: 0,
    fault: { type: 'chaosMesh', kind: 'StressChaos', spec: { mode: 'one', duration: '180s' }, durationMs: 180_000 },
    target: pod(1),
  };
  const DRAIN: SequencedFault = {
    afterMs: 5_000,
    fault: { type: 'node', action: 'drain', node: {}, durationMs: null },
    target: NODE,
  };
  const drained = (second: SequencedFault, entryMs: number, over: Parameters<typeof eviction>[1]): Evidence => {
    const told = buildSequence([STRESS, second], [[6_000, 15_000]]);
    const entries = [eviction(entryMs, { user: 'kubernetes-admin', ...over })];
    return { ...told, audit: { ...told.audit, entries } };
  };

  it('that drain a node are nobody’s but its own', () => {
    const told = drained(DRAIN, 5_030, {});
    expect(summary(judge(told))).toBe('pass');
    expect(judge(told).attribution.remediator).toBe('nobody');
  });

  it.each([
    ['long after the drain', drained(DRAIN, 9_000, {})],
    ['of a pod on another node', drained({ ...DRAIN, target: { ...NODE, name: 'other' } }, 5_030, {})],
    ['by deletion', drained(DRAIN, 5_030, { verb: 'delete', subresource: null })],
    ['while another kind of fault comes in', drained(scalesAway(5_000), 5_030, {})],
  ])('are not those that remove a target %s', (_what, evidence) => {
    expect(summary(judge(evidence))).toBe('fail WRONG_REMEDIATOR');
  });

  it('end a fault that stood on what they took away: part of the story by Kubernetes, its end by the healer', () => {
    const told = drained(DRAIN, 5_030, {});
    const { injection } = told;
    const [stress, drain] = injection?.parts ?? [];
    if (injection === null || stress === undefined || drain === undefined) throw new Error('the story has two faults');
    const gone = { ...stress, events: [...stress.events, injectorEvent(6_000, { operation: 'Recover' })] };
    const evidence = { ...told, injection: { ...injection, ...joined([gone, drain]) } };
    expect(summary(judge(evidence))).toBe('pass');
    const { scenario } = evidence;
    const byHealer = { ...scenario, recovery: { ...scenario.recovery, by: 'healer' as const } };
    expect(summary(judge({ ...evidence, scenario: byHealer }))).toBe('inconclusive FAULT_ENDED_EARLY');
  });

  it('prove nothing about a fault whose target they have taken away', () => {
    const told = drained(DRAIN, 5_030, {});
    const { injection } = told;
    const [stress, drain] = injection?.parts ?? [];
    if (injection === null || stress === undefined || drain === undefined) throw new Error('the story has two faults');
    const late = { ...stress, readings: stress.readings.map((look) => ({ ...look, atMs: T0 + 5_500 })) };
    expect(summary(judge({ ...told, injection: { ...injection, ...joined([late, drain]) } }))).toBe(
      'inconclusive FAULT_NOT_PROVEN',
    );
  });
});

describe('the healer in a sequence', () => {
  const ABOUT_2 = { kind: 'Pod', namespace: 'shop', name: 'shop-back-2', uid: 'uid-2', app: 'shop-back' } as const;
  const PARTITIONED = (afterMs: number, number: number): SequencedFault => ({
    afterMs,
    fault: PARTITION as SequencedFault['fault'],
    target: pod(number),
  });
  const faults = [PARTITIONED(0, 1), PARTITIONED(24_000, 2)];
  const OUTAGES: Outages = [
    [2_000, 12_000],
    [26_000, 36_000],
  ];
  /** Evicts the first target at 8 s and, if anybody does, the second at 32 s. */
  const healed = (phases: PhaseBudgets, second: { readonly user: string; readonly isTold: boolean }): Evidence => {
    const told = buildSequence(faults, OUTAGES, { by: 'healer', actedAtMs: 8_000, recovery: { phases } });
    const late = eviction(32_000, { name: 'shop-back-2', user: second.user });
    const records = [healerRecord(8_000), healerRecord(32_000, { incident: 'incident-2', target: ABOUT_2 })];
    return {
      ...told,
      audit: { ...told.audit, entries: [eviction(8_000), late] },
      watch: { ...told.watch, records: second.isTold ? records : records.slice(0, 1) },
    };
  };
  const OWN = { user: HEALER.user, isTold: true };

  it('is timed from the fault that each act is about', () => {
    const told = healed({ detectMs: 9_000, restoreMs: 6_000 }, OWN);
    expect(summary(judge(told))).toBe('pass');
    expect(judge(told).phases[0]?.took).toEqual({ lowerMs: 7_300, upperMs: 7_800 });
    expect(summary(judge(healed({ detectMs: 7_000 }, OWN)))).toBe('fail PHASE_EXCEEDED');
  });

  it('does not make up for what is not known about another fault', () => {
    const told = healed({}, OWN);
    const [first] = told.audit.entries;
    const audit = { ...told.audit, complete: false, entries: first === undefined ? [] : [first] };
    const records = told.watch.records.slice(0, 1);
    const verdict = summary(judge({ ...told, audit, watch: { ...told.watch, records } }));
    expect(verdict).toMatch(/^inconclusive/);
  });

  it('is not credited with what somebody else did about another fault', () => {
    const told = healed({}, { user: 'kubernetes-admin', isTold: false });
    expect(summary(judge(told))).toBe('fail WRONG_REMEDIATOR');
  });
});
