import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildEvidence, T0 } from '../../../test/fixtures/evidence-builder.ts';
import { type Eyes, observe, resolutionMs, type SimulatedProbe } from '../../../test/fixtures/simulated-run.ts';
import type { Evidence, ProbeSeries, Sample } from '../evidence/evidence.ts';
import { mayStopObserving } from './observation.ts';
import { judge } from './verdict.ts';

const STABLE_FOR_MS = 10_000;
const RUNS = { numRuns: 100 };

const eyes: fc.Arbitrary<Eyes> = fc.record({
  scrapeMs: fc.constantFrom(500, 1_000, 2_000),
  windowMs: fc.constantFrom(0, 1_000, 4_000),
  stepMs: fc.constantFrom(500, 1_000, 2_000),
  scrapePhaseMs: fc.nat(499),
  stepPhaseMs: fc.nat(499),
});

/** One to three outages, far enough apart to be seen and close enough not to be taken for recovery. */
const outages = fc
  .tuple(
    fc.integer({ min: 500, max: 9_000 }),
    fc.array(
      fc.record({ outMs: fc.integer({ min: 3_000, max: 15_000 }), calmMs: fc.integer({ min: 100, max: 3_000 }) }),
      {
        minLength: 1,
        maxLength: 3,
      },
    ),
  )
  .map(([startMs, parts]) => {
    let atMs = startMs;
    return parts.map(({ outMs, calmMs }): [number, number] => {
      const pair: [number, number] = [atMs, atMs + outMs];
      atMs += outMs + calmMs;
      return pair;
    });
  });

const simulated: fc.Arbitrary<SimulatedProbe> = fc.record({ outages, eyes });
const probesOf = fc.array(simulated, { minLength: 1, maxLength: 3 });
const within = fc.integer({ min: 10_000, max: 60_000 });

const backAtMs = (probes: readonly SimulatedProbe[]): number =>
  Math.max(...probes.flatMap((probe) => probe.outages.map(([, toMs]) => toMs)));
const leftAtMs = (probes: readonly SimulatedProbe[]): number =>
  Math.min(...probes.flatMap((probe) => probe.outages.map(([fromMs]) => fromMs)));
const coarsest = (probes: readonly SimulatedProbe[]): number =>
  Math.max(...probes.map((probe) => resolutionMs(probe.eyes)));
/** Between two probes' outages there must be no calm that counts as recovery. */
const isOneStory = (probes: readonly SimulatedProbe[]): boolean => {
  const all = probes.flatMap((probe) => probe.outages).sort((a, b) => a[0] - b[0]);
  let endMs = all[0]?.[1] ?? 0;
  for (const [fromMs, toMs] of all) {
    if (fromMs > endMs + STABLE_FOR_MS - coarsest(probes)) return false;
    endMs = Math.max(endMs, toMs);
  }
  return true;
};
const run = (probes: readonly SimulatedProbe[], withinMs: number, observedToMs = 120_000): Evidence =>
  observe(probes, { withinMs, stableForMs: STABLE_FOR_MS, actedAtMs: leftAtMs(probes) + 200, observedToMs });

describe('in simulated runs', () => {
  it('the moments of impact and restoration contain the truth', () => {
    fc.assert(
      fc.property(probesOf.filter(isOneStory), (probes) => {
        const { timeline } = judge(run(probes, 60_000));
        const restored = backAtMs(probes) + T0;
        expect(timeline.restoredAt?.earliestMs).toBeLessThanOrEqual(restored);
        expect(timeline.restoredAt?.latestMs).toBeGreaterThanOrEqual(restored);
        expect(timeline.impactedAt?.earliestMs).toBeLessThanOrEqual(leftAtMs(probes) + T0);
        expect(timeline.impactedAt?.latestMs).toBeGreaterThanOrEqual(leftAtMs(probes) + T0);
      }),
      RUNS,
    );
  });

  it('the moment of restoration is no wider than the coarsest probe', () => {
    fc.assert(
      fc.property(probesOf.filter(isOneStory), (probes) => {
        const { timeline } = judge(run(probes, 60_000));
        const width = (timeline.restoredAt?.latestMs ?? Number.NaN) - (timeline.restoredAt?.earliestMs ?? 0);
        expect(width).toBeLessThanOrEqual(coarsest(probes));
      }),
      RUNS,
    );
  });

  it('nothing passes that truly took longer, and nothing fails that truly took no longer', () => {
    fc.assert(
      fc.property(
        probesOf.filter(isOneStory),
        within,
        fc.integer({ min: 1, max: 500 }),
        (probes, withinMs, bittenAtMs) => {
          const evidence = observe(probes, {
            withinMs,
            stableForMs: STABLE_FOR_MS,
            actedAtMs: leftAtMs(probes) + 200,
            observedToMs: 120_000,
            bittenAtMs,
          });
          const { verdict, recovery } = judge(evidence);
          const longestMs = backAtMs(probes);
          if (verdict === 'pass') expect(longestMs).toBeLessThanOrEqual(withinMs);
          if (verdict === 'fail') expect(longestMs).toBeGreaterThan(withinMs);
          expect(recovery?.lowerMs).toBeLessThanOrEqual(longestMs);
          expect(recovery?.upperMs).toBeGreaterThanOrEqual(longestMs);
        },
      ),
      RUNS,
    );
  });

  it('a verdict is found wherever the truth is further from the objective than the resolution', () => {
    fc.assert(
      fc.property(probesOf.filter(isOneStory), within, (probes, withinMs) => {
        const marginMs = coarsest(probes) + 500;
        fc.pre(Math.abs(backAtMs(probes) - withinMs) > marginMs);
        expect(judge(run(probes, withinMs)).verdict).toBe(backAtMs(probes) < withinMs ? 'pass' : 'fail');
      }),
      RUNS,
    );
  });

  it('more samples never turn pass into fail or fail into pass', () => {
    fc.assert(
      fc.property(
        probesOf,
        within,
        fc.array(fc.integer({ min: 1, max: 120_000 }), { maxLength: 6 }),
        (probes, withinMs, ends) => {
          const verdicts = [...ends, 120_000]
            .sort((a, b) => a - b)
            .map((endMs) => judge(run(probes, withinMs, endMs)).verdict)
            .filter((verdict) => verdict !== 'inconclusive');
          expect(new Set(verdicts).size).toBeLessThanOrEqual(1);
        },
      ),
      RUNS,
    );
  });

  it('observation stops only when the verdict will not change any more', () => {
    fc.assert(
      fc.property(probesOf, within, (probes, withinMs) => {
        const ends = Array.from({ length: 120 }, (_, index) => (index + 1) * 1_000);
        const stopMs = ends.find((endMs) => mayStopObserving(run(probes, withinMs, endMs))) ?? 120_000;
        expect(judge(run(probes, withinMs, stopMs)).verdict).toBe(judge(run(probes, withinMs, 120_000)).verdict);
      }),
      { numRuns: 25 },
    );
  });

  it('a larger objective never refutes what a smaller one did not, a smaller one never passes what a larger did not', () => {
    const rank = { fail: 0, inconclusive: 1, pass: 2 };
    fc.assert(
      fc.property(probesOf, within, within, (probes, a, b) => {
        const small = judge(run(probes, Math.min(a, b))).verdict;
        const large = judge(run(probes, Math.max(a, b))).verdict;
        expect(rank[small]).toBeLessThanOrEqual(rank[large]);
      }),
      RUNS,
    );
  });

  it('a wider tolerance of time, of clocks or of bounds never makes a verdict more certain', () => {
    fc.assert(
      fc.property(probesOf, within, fc.nat(3_000), (probes, withinMs, clockSkewMs) => {
        const sure = judge(run(probes, withinMs)).verdict;
        const unsure = judge({ ...run(probes, withinMs), clockSkewMs }).verdict;
        if (unsure !== 'inconclusive') expect(unsure).toBe(sure);
      }),
      RUNS,
    );
  });
});

type Damage = (samples: readonly Sample[], index: number) => Sample[];
const replaced =
  (over: Partial<Sample>): Damage =>
  (samples, index) =>
    samples.map((one, at) => (at === index ? { ...one, ...over } : one));
const DAMAGE: Readonly<Record<string, Damage>> = {
  missing: (samples, index) => samples.filter((_, at) => at !== index),
  empty: replaced({ value: null, problem: 'NO_DATA' }),
  valueless: replaced({ value: null }),
  nan: replaced({ value: Number.NaN }),
  infinite: replaced({ value: Number.POSITIVE_INFINITY }),
  negative: replaced({ value: Number.NEGATIVE_INFINITY }),
  stale: replaced({ problem: 'STALE_DATA' }),
  ambiguous: replaced({ value: null, problem: 'AMBIGUOUS' }),
  failed: replaced({ value: null, problem: 'QUERY_FAILED' }),
  undated: replaced({ atMs: Number.NaN }),
  twin: (samples, index) =>
    samples.flatMap((one, at) => (at === index ? [one, { ...one, value: (one.value ?? 0) + 0.25 }] : [one])),
};
/** Twins come last: a later loss of one of the two would mend what the other had spoilt. */
const twinsLast = <T extends readonly (readonly [string, number])[]>(plan: T) =>
  plan.toSorted(([one], [other]) => Number(one === 'twin') - Number(other === 'twin'));
const damages = fc
  .array(fc.tuple(fc.constantFrom(...Object.keys(DAMAGE)), fc.nat()), { minLength: 1, maxLength: 6 })
  .map(twinsLast);

function damage(
  series: ProbeSeries,
  plan: readonly (readonly [string, number])[],
  decisive: (sample: Sample) => boolean,
): ProbeSeries {
  let { samples } = series;
  for (const [name, pick] of plan) {
    const places = samples.flatMap((one, index) => (decisive(one) ? [index] : []));
    const place = places[pick % Math.max(1, places.length)];
    if (place !== undefined) samples = DAMAGE[name]?.(samples, place) ?? samples;
  }
  return { ...series, samples };
}

/** What only takes knowledge away, or adds the same once more. */
const HARMLESS_TWIN: Damage = (samples, index) =>
  samples.flatMap((one, at) => (at === index ? [one, { ...one }] : [one]));
const TAKES_AWAY = Object.keys(DAMAGE).filter((name) => name !== 'undated');
const losses = fc
  .array(fc.tuple(fc.constantFrom(...TAKES_AWAY), fc.nat()), { minLength: 1, maxLength: 8 })
  .map(twinsLast);
const anywhere = (): boolean => true;

describe('evidence that was lost', () => {
  it('leaves a verdict as it is or makes it inconclusive, so getting it back never turns one into its opposite', () => {
    fc.assert(
      fc.property(probesOf, within, fc.array(losses, { minLength: 3, maxLength: 3 }), (probes, withinMs, plans) => {
        const whole = run(probes, withinMs);
        const sparse = { ...whole, probes: whole.probes.map((own, at) => damage(own, plans[at] ?? [], anywhere)) };
        const { verdict } = judge(sparse);
        if (verdict !== 'inconclusive') expect(verdict).toBe(judge(whole).verdict);
      }),
      { numRuns: 300 },
    );
  });

  it('never lets a run pass that lacks a sample between its fault and its recovery', () => {
    fc.assert(
      fc.property(probesOf, losses, fc.nat(), (probes, plan, pick) => {
        const whole = run(probes, 60_000);
        const { timeline, verdict } = judge(whole);
        fc.pre(verdict === 'pass');
        const untilMs = timeline.restoredAt?.latestMs ?? T0;
        const decisive = (one: Sample): boolean => one.atMs > T0 && one.atMs < untilMs;
        const victim = pick % whole.probes.length;
        fc.pre(whole.probes[victim]?.samples.some(decisive) === true);
        const hurt = whole.probes.map((own, at) => (at === victim ? damage(own, plan, decisive) : own));
        expect(judge({ ...whole, probes: hurt }).verdict).toBe('inconclusive');
      }),
      RUNS,
    );
  });

  it('never moves the truth out of the interval of the restoration', () => {
    fc.assert(
      fc.property(probesOf.filter(isOneStory), fc.array(losses, { minLength: 3, maxLength: 3 }), (probes, plans) => {
        const whole = run(probes, 60_000);
        const sparse = { ...whole, probes: whole.probes.map((own, at) => damage(own, plans[at] ?? [], anywhere)) };
        const { restoredAt } = judge(sparse).timeline;
        if (restoredAt !== null) expect(restoredAt.latestMs).toBeGreaterThanOrEqual(backAtMs(probes) + T0);
      }),
      { numRuns: 300 },
    );
  });

  it('is not made up for, nor lost, by the same sample once more', () => {
    fc.assert(
      fc.property(probesOf, within, fc.nat(), (probes, withinMs, pick) => {
        const whole = run(probes, withinMs);
        const twice = whole.probes.map((own) => ({
          ...own,
          samples: HARMLESS_TWIN(own.samples, pick % own.samples.length),
        }));
        expect(judge({ ...whole, probes: twice })).toEqual(judge(whole));
      }),
      RUNS,
    );
  });
});

describe('silence', () => {
  const passing: readonly [string, Evidence][] = [
    ['healed', buildEvidence()],
    ['healed by Kubernetes', buildEvidence({ by: 'kubernetes', actedAtMs: null })],
    ['absorbed', buildEvidence({ by: 'none', outAtMs: null, actedAtMs: null, observedToMs: 45_000 })],
    [
      'undisturbed',
      buildEvidence({ by: 'none', fault: { type: 'none' }, outAtMs: null, actedAtMs: null, observedToMs: 45_000 }),
    ],
  ];

  it.each(passing)('in any form and number never passes: %s', (_name, evidence) => {
    expect(judge(evidence).verdict).toBe('pass');
    const endMs = Math.min(
      evidence.observedToMs,
      evidence.scenario.recovery.by === 'none' ? Number.POSITIVE_INFINITY : T0 + 22_000,
    );
    fc.assert(
      fc.property(damages, (plan) => {
        const decisive = (one: Sample): boolean => one.atMs >= T0 - 4_000 && one.atMs < endMs;
        const probes = evidence.probes.map((own) => damage(own, plan, decisive));
        expect(judge({ ...evidence, probes }).verdict).toBe('inconclusive');
      }),
      RUNS,
    );
  });

  it.each(passing)('of a witness or a watcher never passes: %s', (_name, evidence) => {
    const needsProof = evidence.scenario.fault.type !== 'none';
    const { injection, audit, watch } = evidence;
    const blinded: readonly Evidence[] = [
      { ...evidence, gate: null },
      { ...evidence, probes: [] },
      { ...evidence, probes: evidence.probes.map((own) => ({ ...own, samples: [] })) },
      { ...evidence, status: 'interrupted' },
      { ...evidence, failure: { step: 'collect', code: 'INTERNAL', message: 'x' } },
      {
        ...evidence,
        audit: { ...audit, complete: false, entries: [] },
        watch: { ...watch, aliveThroughout: false, records: [] },
      },
      ...(needsProof && injection !== null
        ? [
            { ...evidence, injection: null },
            { ...evidence, injection: { ...injection, readings: [] } },
            { ...evidence, injection: { ...injection, baseline: [] } },
            { ...evidence, injection: { ...injection, targets: [] } },
            { ...evidence, injection: { ...injection, sightings: [] } },
            { ...evidence, injection: { ...injection, acceptedAtMs: null } },
          ]
        : []),
    ];
    for (const blind of blinded) expect(judge(blind).verdict).not.toBe('pass');
  });
});
