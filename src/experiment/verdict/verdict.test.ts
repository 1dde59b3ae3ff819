import { describe, expect, it } from 'vitest';
import {
  buildEvidence,
  type EvidenceParts,
  eviction,
  healerRecord,
  injectorEvent,
  NO_FAULT,
  PARTITION,
  POD_KILL,
  reading,
  sample,
  sightings,
  T0,
} from '../../../test/fixtures/evidence-builder.ts';
import {
  ALERT,
  alertWatch,
  buildSignals,
  message,
  messageWatch,
  points,
  SILENT,
} from '../../../test/fixtures/signal-builder.ts';
import type { Fault } from '../../scenario/model/scenario.ts';
import type { Evidence, Sample } from '../evidence/evidence.ts';
import type { Judgement } from '../result/judgement.ts';
import { FAIL_REASONS, INCONCLUSIVE_REASONS } from '../result/reason-codes.ts';
import { judge } from './verdict.ts';

const summary = ({ verdict, reasons }: Judgement): string =>
  [verdict, ...reasons.map((reason) => reason.code)].join(' ');

/** Replaces the samples in a stretch of time, ms after injection; null leaves them out. */
function resampled(evidence: Evidence, fromMs: number, toMs: number, over: Partial<Sample> | null): Evidence {
  const change = (one: Sample): Sample[] => {
    if (one.atMs < T0 + fromMs || one.atMs > T0 + toMs) return [one];
    return over === null ? [] : [{ ...one, ...over }];
  };
  return { ...evidence, probes: evidence.probes.map((own) => ({ ...own, samples: own.samples.flatMap(change) })) };
}
const short: Fault = { ...PARTITION, durationMs: 11_000 } as Fault;
const endsItself: EvidenceParts = {
  fault: short,
  actedAtMs: null,
  injection: {
    sightings: sightings(100, 11_000),
    events: [injectorEvent(0), injectorEvent(11_000, { operation: 'Recover' })],
  },
};
const neverBack: EvidenceParts = { backAtMs: null, observedToMs: 50_000, actedAtMs: null };
const control: EvidenceParts = { fault: NO_FAULT, by: 'none', outAtMs: null, actedAtMs: null, observedToMs: 45_000 };
const absorbed: EvidenceParts = { outAtMs: null, actedAtMs: null, observedToMs: 45_000 };
const TRIP = {
  guard: { query: 'up', condition: { kind: 'compare', operator: '<', value: 1 }, forMs: 0 },
  atMs: T0,
  observation: 'no data',
} as const;

describe('who healed it', () => {
  it.each<{ by: 'healer' | 'kubernetes' | 'none'; course: string; story: EvidenceParts; expected: string }>([
    { by: 'healer', course: 'never left', story: absorbed, expected: 'inconclusive NO_IMPACT' },
    { by: 'healer', course: 'came back, healer acted', story: {}, expected: 'pass' },
    {
      by: 'healer',
      course: 'came back, healer did not act',
      story: { actedAtMs: null },
      expected: 'fail WRONG_REMEDIATOR',
    },
    { by: 'kubernetes', course: 'never left', story: absorbed, expected: 'pass' },
    { by: 'kubernetes', course: 'came back, healer acted', story: {}, expected: 'fail WRONG_REMEDIATOR' },
    { by: 'kubernetes', course: 'came back, healer did not act', story: { actedAtMs: null }, expected: 'pass' },
    { by: 'none', course: 'never left', story: absorbed, expected: 'pass' },
    { by: 'none', course: 'came back, healer acted', story: {}, expected: 'fail NOT_ABSORBED' },
    { by: 'none', course: 'came back, healer did not act', story: { actedAtMs: null }, expected: 'fail NOT_ABSORBED' },
  ])('by $by, probes $course: $expected', ({ by, story, expected }) => {
    const judgement = judge(buildEvidence({ by, ...story }));
    expect(summary(judgement)).toBe(expected);
    expect(judgement.absorbed).toBe(story === absorbed);
    expect(judgement.recovery === null).toBe(story === absorbed);
    expect(judgement.faultProven).toBe(true);
  });

  it.each(['kubernetes', 'none'] as const)('by %s: a target that the healer removed was not absorbed', (by) => {
    expect(summary(judge(buildEvidence({ ...absorbed, by, actedAtMs: 1_000 })))).toBe('fail WRONG_REMEDIATOR');
  });

  it('by kubernetes: an act between restoration and stability counts too, by healer it comes too late', () => {
    expect(summary(judge(buildEvidence({ by: 'kubernetes', actedAtMs: 15_000 })))).toBe('fail WRONG_REMEDIATOR');
    expect(summary(judge(buildEvidence({ by: 'healer', actedAtMs: 15_000 })))).toBe('fail WRONG_REMEDIATOR');
  });

  it('is nobody’s business where somebody else removed the target', () => {
    const entries = [eviction(8_000, { user: 'kubernetes-admin' })];
    for (const by of ['healer', 'kubernetes'] as const) {
      const told = buildEvidence({ by, actedAtMs: null });
      expect(summary(judge({ ...told, audit: { ...told.audit, entries } }))).toBe('fail WRONG_REMEDIATOR');
    }
  });

  it('is self-reported, and remarked upon, where there is no audit log', () => {
    const told = buildEvidence();
    const judgement = judge({ ...told, audit: { ...told.audit, source: 'none', entries: [] } });
    expect(summary(judgement)).toBe('pass');
    expect(judgement.attribution.witness).toBe('self-reported');
    expect(judgement.remarks).toEqual([expect.stringContaining('self-reported')]);
  });

  it('is unknown where the audit log has a gap', () => {
    const told = buildEvidence({ actedAtMs: null });
    const judgement = judge({ ...told, audit: { ...told.audit, complete: false } });
    expect(summary(judgement)).toBe('inconclusive WATCHER_ABSENT');
  });
});

describe('recovery', () => {
  it.each<{ what: string; story: EvidenceParts; expected: string }>([
    { what: 'certainly within', story: { withinMs: 12_000 }, expected: 'pass' },
    { what: 'within by one bound only', story: { withinMs: 11_000 }, expected: 'inconclusive WITHIN_RESOLUTION' },
    { what: 'certainly over', story: { withinMs: 9_000 }, expected: 'fail RECOVERY_EXCEEDED' },
    { what: 'never, watched for long enough', story: neverBack, expected: 'fail RECOVERY_EXCEEDED' },
    {
      what: 'never, watched for too short a time',
      story: { ...neverBack, observedToMs: 25_000 },
      expected: 'inconclusive NO_DATA',
    },
    { what: 'not yet stable at the end', story: { observedToMs: 20_000 }, expected: 'inconclusive NO_DATA' },
    {
      what: 'moved over by a relapse',
      story: { withinMs: 20_000, blips: [[14_000, 26_000]], observedToMs: 40_000 },
      expected: 'fail RECOVERY_EXCEEDED',
    },
    { what: 'moved, but still within', story: { blips: [[14_000, 16_000]], observedToMs: 40_000 }, expected: 'pass' },
    {
      what: 'on clocks too far apart',
      story: { withinMs: 12_000, evidence: { clockSkewMs: 500 } },
      expected: 'inconclusive WITHIN_RESOLUTION',
    },
  ])('$what: $expected', ({ story, expected }) => {
    expect(summary(judge(buildEvidence(story)))).toBe(expected);
  });

  it('is not certainly over as long as the clocks may explain it', () => {
    const story: EvidenceParts = { ...neverBack, observedToMs: 33_000 };
    expect(summary(judge(buildEvidence(story)))).toBe('fail RECOVERY_EXCEEDED');
    expect(summary(judge(buildEvidence({ ...story, evidence: { clockSkewMs: 2_000 } })))).toBe('inconclusive NO_DATA');
  });

  it('is bounded on both sides', () => {
    expect(judge(buildEvidence()).recovery).toEqual({ lowerMs: 9_500, upperMs: 12_000 });
    expect(judge(buildEvidence(neverBack)).recovery).toBeNull();
  });

  it('keeps a departure after stability as a remark', () => {
    const judgement = judge(buildEvidence({ blips: [[30_000, 32_000]], observedToMs: 40_000 }));
    expect(summary(judgement)).toBe('pass');
    expect(judgement.remarks).toEqual([expect.stringMatching(/again 30\.0 s/)]);
  });

  it.each<{ phases: EvidenceParts['recovery']; expected: string }>([
    { phases: { phases: { detectMs: 8_000, actMs: 1_000, restoreMs: 5_000 } }, expected: 'pass' },
    { phases: { phases: { detectMs: 7_000 } }, expected: 'fail PHASE_EXCEEDED' },
    { phases: { phases: { restoreMs: 3_000 } }, expected: 'inconclusive WITHIN_RESOLUTION' },
  ])('judges the phases $phases: $expected', ({ phases, expected }) => {
    expect(summary(judge(buildEvidence({ ...(phases === undefined ? {} : { recovery: phases }) })))).toBe(expected);
  });

  it('cannot judge a phase that nobody recorded', () => {
    const told = buildEvidence({ recovery: { phases: { detectMs: 20_000 } } });
    expect(summary(judge({ ...told, watch: { ...told.watch, records: [] } }))).toBe('inconclusive NO_DATA');
  });
});

describe('a fault that ends by itself', () => {
  it('never passes by healer, whoever acted', () => {
    expect(summary(judge(buildEvidence(endsItself)))).toBe('inconclusive FAULT_ENDED_EARLY');
    expect(summary(judge(buildEvidence({ ...endsItself, actedAtMs: 8_000 })))).toBe('inconclusive FAULT_ENDED_EARLY');
  });

  it('is part of the story by kubernetes, and remarked upon', () => {
    const judgement = judge(buildEvidence({ ...endsItself, by: 'kubernetes' }));
    expect(summary(judgement)).toBe('pass');
    expect(judgement.remarks).toEqual([expect.stringMatching(/ended by itself after 11\.0 s/)]);
  });

  it('is not, where it was taken away before its time', () => {
    const early = { ...endsItself.injection, sightings: sightings(100, 5_000), undoneAtMs: T0 + 5_500 };
    for (const by of ['healer', 'kubernetes'] as const)
      expect(summary(judge(buildEvidence({ ...endsItself, by, injection: early })))).toBe(
        'inconclusive FAULT_ENDED_EARLY',
      );
    expect(summary(judge(buildEvidence({ ...absorbed, fault: short, by: 'none', injection: early })))).toBe(
      'inconclusive FAULT_ENDED_EARLY',
    );
  });

  it('refutes nothing when it ended before the objective had passed', () => {
    const late: EvidenceParts = { ...endsItself, backAtMs: 40_000, observedToMs: 60_000 };
    expect(summary(judge(buildEvidence(late)))).toBe('inconclusive FAULT_ENDED_EARLY');
    expect(summary(judge(buildEvidence({ ...late, by: 'kubernetes' })))).toBe('fail RECOVERY_EXCEEDED');
  });

  it('does not matter after the objective has passed', () => {
    const fault = { ...PARTITION, durationMs: 35_000 } as Fault;
    const story: EvidenceParts = {
      fault,
      actedAtMs: null,
      backAtMs: 36_000,
      observedToMs: 60_000,
      injection: { sightings: sightings(100, 34_900) },
    };
    expect(summary(judge(buildEvidence(story)))).toBe('fail RECOVERY_EXCEEDED');
  });

  it('does not concern a one-shot fault', () => {
    expect(
      summary(
        judge(buildEvidence({ fault: POD_KILL, by: 'kubernetes', actedAtMs: null, injection: { sightings: [] } })),
      ),
    ).toBe('pass');
  });
});

describe('silence', () => {
  it.each<{ what: string; over: Partial<Sample> | null; code: string }>([
    { what: 'a missing sample', over: null, code: 'NO_DATA' },
    { what: 'an empty answer', over: { value: null, problem: 'NO_DATA' }, code: 'NO_DATA' },
    { what: 'two series', over: { value: null, problem: 'AMBIGUOUS' }, code: 'NO_DATA' },
    { what: 'a failed query', over: { value: null, problem: 'QUERY_FAILED' }, code: 'NO_DATA' },
    { what: 'NaN', over: { value: Number.NaN }, code: 'NOT_A_NUMBER' },
    { what: 'infinity', over: { value: Number.NEGATIVE_INFINITY }, code: 'NOT_A_NUMBER' },
    { what: 'a stale sample', over: { value: 0, problem: 'STALE_DATA' }, code: 'STALE_DATA' },
  ])('never passes: $what', ({ over, code }) => {
    for (const [fromMs, toMs] of [
      [1_000, 1_000],
      [5_000, 5_000],
      [12_000, 12_000],
      [22_000, 22_000],
      [26_000, 26_000],
    ] as const) {
      if (over === null && fromMs === 26_000) continue;
      expect(summary(judge(resampled(buildEvidence(), fromMs, toMs, over)))).toBe(`inconclusive ${code}`);
    }
    expect(summary(judge(resampled(buildEvidence({ ...absorbed, by: 'none' }), 20_000, 20_000, over)))).toBe(
      `inconclusive ${code}`,
    );
    expect(summary(judge(resampled(buildEvidence(control), 20_000, 20_000, over)))).toBe(`inconclusive ${code}`);
  });

  it('does not mind what was missing long before the gate', () => {
    expect(summary(judge(resampled(buildEvidence(), -9_000, -7_000, null)))).toBe('pass');
  });

  it('cannot fail either, where it hides the time before the objective', () => {
    expect(summary(judge(resampled(buildEvidence(neverBack), 20_000, 24_000, null)))).toBe('inconclusive NO_DATA');
    expect(summary(judge(resampled(buildEvidence(neverBack), 40_000, 41_000, null)))).toBe('fail RECOVERY_EXCEEDED');
  });

  it('of one probe while another is out hides no failure, but still never passes', () => {
    const beside = (story: EvidenceParts): Evidence => {
      const told = buildEvidence(story);
      const [own] = told.probes;
      if (own === undefined) throw new Error('the story has a probe');
      const probe = { ...own.probe, name: 'latency' };
      const silent = own.samples.map((one) => {
        const isGone = one.atMs >= T0 + 4_000 && one.atMs <= T0 + 6_000;
        return { ...one, value: isGone ? null : 0, problem: isGone ? ('NO_DATA' as const) : null };
      });
      const scenario = { ...told.scenario, steadyState: [own.probe, probe] };
      return { ...told, scenario, probes: [own, { ...own, probe, samples: silent }] };
    };
    expect(summary(judge(beside(neverBack)))).toBe('fail RECOVERY_EXCEEDED');
    expect(summary(judge(beside({})))).toBe('inconclusive NO_DATA');
  });

  it('has nothing to say without the scenario’s probes', () => {
    expect(summary(judge({ ...buildEvidence(), probes: [] }))).toBe('inconclusive HARNESS_BROKEN');
  });
});

describe('gate and proof', () => {
  it.each<{ what: string; evidence: Evidence; expected: string }>([
    {
      what: 'a gate never looked at',
      evidence: buildEvidence({ evidence: { gate: null } }),
      expected: 'inconclusive GATE_NOT_MET',
    },
    {
      what: 'a gate that did not hold',
      evidence: buildEvidence({ evidence: { gate: { held: false, detail: 'out', problem: null } } }),
      expected: 'inconclusive GATE_NOT_MET',
    },
    {
      what: 'a gate without data',
      evidence: buildEvidence({
        evidence: { gate: { held: false, detail: 'x', problem: 'NO_DATA' } },
        injection: null,
      }),
      expected: 'inconclusive GATE_NOT_MET NO_DATA',
    },
    {
      what: 'samples that belie the gate',
      evidence: resampled(buildEvidence(), -2_000, -2_000, { value: 1 }),
      expected: 'inconclusive GATE_NOT_MET',
    },
    {
      what: 'samples that do not show the gate',
      evidence: resampled(buildEvidence(), -4_000, -1, null),
      expected: 'inconclusive GATE_NOT_MET NO_DATA',
    },
    { what: 'no injection', evidence: buildEvidence({ injection: null }), expected: 'inconclusive FAULT_NOT_PROVEN' },
    { what: 'no bite', evidence: buildEvidence({ bittenAtMs: null }), expected: 'inconclusive FAULT_NOT_PROVEN' },
    {
      what: 'a bite seen only on the target that the healer had removed',
      evidence: buildEvidence({ bittenAtMs: 9_000 }),
      expected: 'inconclusive FAULT_NOT_PROVEN',
    },
  ])('stand before everything else: $what', ({ evidence, expected }) => {
    const judgement = judge(evidence);
    expect(summary(judgement)).toBe(expected);
    expect(judgement.absorbed).toBe(false);
  });

  it('do not believe a bite seen so close to the removal that clocks cannot tell which came first', () => {
    const told = buildEvidence({ bittenAtMs: 7_900 });
    expect(summary(judge(told))).toBe('pass');
    expect(summary(judge({ ...told, clockSkewMs: 200 }))).toBe('inconclusive FAULT_NOT_PROVEN');
  });

  it('a refutation does not count when the fault is not proven', () => {
    const story: EvidenceParts = {
      ...neverBack,
      bittenAtMs: null,
      recovery: { forbidActions: [{ type: 'EvictPod' }] },
    };
    expect(summary(judge(buildEvidence(story)))).toBe('inconclusive FAULT_NOT_PROVEN');
  });

  it('a proof against the injector’s word is remarked upon', () => {
    const judgement = judge(
      buildEvidence({ injection: { events: [injectorEvent(0, { outcome: 'Failed', message: 'no' })] } }),
    );
    expect(summary(judgement)).toBe('pass');
    expect(judgement.remarks).toEqual([expect.stringContaining('the injector says it failed')]);
  });
});

describe('actions', () => {
  const expecting = (max: number): EvidenceParts => ({
    recovery: {
      expectActions: [{ type: 'EvictPod', target: { app: 'shop-back' }, max }],
      forbidActions: [{ type: 'RebootNode' }],
    },
  });
  const twice = (story: EvidenceParts): Evidence => {
    const told = buildEvidence(story);
    return { ...told, audit: { ...told.audit, entries: [eviction(8_000), eviction(9_000)] } };
  };

  it('are part of the claim', () => {
    expect(summary(judge(buildEvidence(expecting(1))))).toBe('pass');
    expect(summary(judge(twice(expecting(1))))).toBe('fail TOO_MANY_ACTIONS');
    expect(summary(judge(buildEvidence({ recovery: { forbidActions: [{ type: 'EvictPod' }] } })))).toBe(
      'fail FORBIDDEN_ACTION',
    );
  });

  it('that are missing refute together with the slow recovery', () => {
    expect(summary(judge(buildEvidence({ ...neverBack, ...expecting(1) })))).toBe(
      'fail RECOVERY_EXCEEDED ACTION_MISSING',
    );
  });

  it('are not missed where nothing called for them', () => {
    expect(summary(judge(buildEvidence({ ...absorbed, ...expecting(1) })))).toBe('inconclusive NO_IMPACT');
    expect(summary(judge(buildEvidence({ ...endsItself, ...expecting(1) })))).toBe('inconclusive FAULT_ENDED_EARLY');
    expect(summary(judge(buildEvidence({ ...neverBack, ...expecting(1), observedToMs: 25_000 })))).toBe(
      'inconclusive NO_DATA',
    );
  });

  it('are missed of an absorbed fault that called for a message', () => {
    const story: EvidenceParts = {
      ...absorbed,
      by: 'none',
      recovery: { expectActions: [{ type: 'Notify', target: {}, max: 1 }] },
    };
    expect(summary(judge(buildEvidence(story)))).toBe('fail ACTION_MISSING');
  });

  it('that are forbidden refute on their own, whatever else is not known', () => {
    const story: EvidenceParts = { ...expecting(0), recovery: { forbidActions: [{ type: 'EvictPod' }] } };
    const judgement = judge(resampled(buildEvidence(story), 15_000, 16_000, null));
    expect(summary(judgement)).toBe('fail FORBIDDEN_ACTION');
    expect(judgement.remarks).toEqual([expect.stringMatching(/^also not known: NO_DATA/)]);
  });

  it('cannot be excluded without a watcher', () => {
    const told = buildEvidence(expecting(1));
    expect(summary(judge({ ...told, watch: { ...told.watch, aliveThroughout: false } }))).toBe(
      'inconclusive WATCHER_ABSENT',
    );
  });
});

describe('a control run', () => {
  it('passes when nothing happened', () => {
    expect(judge(buildEvidence(control))).toMatchObject({
      verdict: 'pass',
      absorbed: false,
      faultProven: false,
      recovery: null,
    });
  });

  it.each<{ what: string; story: EvidenceParts; expected: string }>([
    { what: 'a probe left', story: { ...control, outAtMs: 20_000, backAtMs: 22_000 }, expected: 'fail NOT_ABSORBED' },
    { what: 'the healer acted', story: { ...control, actedAtMs: 20_000 }, expected: 'fail FORBIDDEN_ACTION' },
    { what: 'it was too short', story: { ...control, observedToMs: 30_000 }, expected: 'inconclusive NO_DATA' },
    {
      what: 'the state was never steady',
      story: { ...control, outAtMs: -10_000, backAtMs: null },
      expected: 'inconclusive GATE_NOT_MET',
    },
  ])('does not when $what', ({ story, expected }) => {
    expect(summary(judge(buildEvidence(story)))).toBe(expected);
  });

  it('is judged from when the gate was found to hold', () => {
    const gate = { held: true, detail: '', problem: null };
    const noisy: EvidenceParts = { ...control, outAtMs: -4_000, backAtMs: -3_000, observedToMs: 60_000 };
    expect(summary(judge(buildEvidence(noisy)))).toBe('fail NOT_ABSORBED');
    expect(summary(judge(buildEvidence({ ...noisy, evidence: { gate: { ...gate, atMs: T0 + 3_000 } } })))).toBe('pass');
    expect(summary(judge(buildEvidence({ ...noisy, evidence: { gate: { ...gate, atMs: T0 } } })))).toBe(
      'inconclusive GATE_NOT_MET',
    );
    expect(judge(buildEvidence({ ...noisy, evidence: { gate: { ...gate, atMs: T0 - 60_000 } } })).verdict).toBe(
      'inconclusive',
    );
    expect(judge(buildEvidence({ ...noisy, evidence: { gate: { ...gate, atMs: Number.NaN } } })).verdict).toBe(
      'inconclusive',
    );
  });

  it('does not without a watcher', () => {
    const told = buildEvidence(control);
    for (const evidence of [
      { ...told, watch: { ...told.watch, aliveThroughout: false } },
      { ...told, audit: { ...told.audit, complete: false } },
      { ...told, audit: { ...told.audit, source: 'none' as const } },
    ])
      expect(summary(judge(evidence))).toBe('inconclusive WATCHER_ABSENT');
  });
});

describe('with the healer off', () => {
  const off: EvidenceParts = {
    healer: 'off',
    actedAtMs: null,
    recovery: {
      phases: { detectMs: 1_000 },
      expectActions: [{ type: 'EvictPod', target: {}, max: 1 }],
      forbidActions: [{ type: 'RebootNode' }],
    },
  };
  const dead = (story: EvidenceParts): Evidence => {
    const told = buildEvidence({ ...off, ...story });
    return { ...told, watch: { records: [], aliveThroughout: false, detail: 'scaled to 0' } };
  };

  it.each<{ what: string; story: EvidenceParts; expected: string; holds: boolean }>([
    { what: 'the claim is refuted by time', story: neverBack, expected: 'fail RECOVERY_EXCEEDED', holds: true },
    { what: 'it comes back all the same', story: {}, expected: 'pass', holds: false },
    {
      what: 'it cannot be said',
      story: { withinMs: 11_000 },
      expected: 'inconclusive WITHIN_RESOLUTION',
      holds: false,
    },
    { what: 'the fault ends early', story: endsItself, expected: 'inconclusive FAULT_ENDED_EARLY', holds: false },
    { what: 'nothing leaves', story: absorbed, expected: 'inconclusive NO_IMPACT', holds: false },
    { what: 'it was to be absorbed', story: { ...neverBack, by: 'none' }, expected: 'fail NOT_ABSORBED', holds: false },
  ])('$what: $expected, the control holds: $holds', ({ story, expected, holds }) => {
    const judgement = judge(dead(story));
    expect(summary(judgement)).toBe(expected);
    expect(judgement.controlHolds).toBe(holds);
  });

  it('is not believed when the healer acts', () => {
    const told = dead(neverBack);
    for (const evidence of [
      { ...told, audit: { ...told.audit, entries: [eviction(8_000)] } },
      { ...told, watch: { ...told.watch, records: [healerRecord(8_000)] } },
    ])
      expect(summary(judge(evidence))).toBe('inconclusive HARNESS_BROKEN');
  });

  it('is said only of such a run', () => {
    expect(judge(buildEvidence(neverBack)).controlHolds).toBeNull();
  });
});

describe('a run that did not go as it should', () => {
  const failure = (step: string, code: string) => ({ step, code, message: 'it broke' });

  it.each<{ what: string; over: Partial<Evidence>; expected: string }>([
    {
      what: 'was interrupted',
      over: { status: 'interrupted', failure: failure('observe', 'ABORTED') },
      expected: 'INTERRUPTED',
    },
    { what: 'was aborted', over: { status: 'aborted' }, expected: 'ABORTED_BY_GUARD' },
    { what: 'tripped a guard', over: { trips: [TRIP] }, expected: 'ABORTED_BY_GUARD' },
    { what: 'was skipped', over: { status: 'skipped' }, expected: 'PREFLIGHT_FAILED' },
    {
      what: 'failed its preflight',
      over: { failure: failure('preflight', 'KUBERNETES') },
      expected: 'PREFLIGHT_FAILED',
    },
    { what: 'broke at the gate', over: { failure: failure('gate', 'KUBERNETES') }, expected: 'GATE_NOT_MET' },
    { what: 'lost its metrics', over: { failure: failure('observe', 'METRICS') }, expected: 'NO_DATA' },
    { what: 'could not inject', over: { failure: failure('inject', 'FAULT') }, expected: 'FAULT_NOT_PROVEN' },
    { what: 'was told to stop', over: { failure: failure('observe', 'ABORTED') }, expected: 'INTERRUPTED' },
    { what: 'broke somewhere else', over: { failure: failure('collect', 'KUBERNETES') }, expected: 'HARNESS_BROKEN' },
    { what: 'has no clock skew', over: { clockSkewMs: Number.NaN }, expected: 'HARNESS_BROKEN' },
    { what: 'has no window', over: { observedToMs: T0 - 99_000 }, expected: 'HARNESS_BROKEN' },
  ])('is inconclusive when it $what: $expected', ({ over, expected }) => {
    expect(summary(judge({ ...buildEvidence(), ...over }))).toBe(`inconclusive ${expected}`);
    expect(judge({ ...buildEvidence(neverBack), ...over }).verdict).toBe('inconclusive');
  });

  it('lets the gate speak for itself', () => {
    const gate = { held: false, detail: 'availability is 1, wanted < 0.5', problem: null };
    const judgement = judge(
      buildEvidence({ evidence: { gate, failure: failure('gate', 'WAIT_TIMEOUT') }, injection: null }),
    );
    expect(judgement.reasons).toEqual([{ code: 'GATE_NOT_MET', message: gate.detail }]);
  });

  it.each<{ what: string; evidence: Evidence }>([
    {
      what: 'a step of 0',
      evidence: buildEvidence({
        stepMs: 1_000,
        evidence: { probes: buildEvidence().probes.map((own) => ({ ...own, stepMs: 0 })) },
      }),
    },
    { what: 'a resolution below the step', evidence: buildEvidence({ resolutionMs: 500 }) },
    { what: 'an infinite resolution', evidence: buildEvidence({ resolutionMs: Number.POSITIVE_INFINITY }) },
    {
      what: 'another tolerance than the scenario’s',
      evidence: buildEvidence({
        evidence: { probes: buildEvidence().probes.map((own) => ({ ...own, probe: { ...own.probe, forMs: 0 } })) },
      }),
    },
    {
      what: 'an undated entry of the audit log',
      evidence: buildEvidence({ evidence: { audit: { ...buildEvidence().audit, entries: [eviction(Number.NaN)] } } }),
    },
    {
      what: 'an undated record',
      evidence: buildEvidence({
        evidence: { watch: { ...buildEvidence().watch, records: [healerRecord(Number.NaN)] } },
      }),
    },
    { what: 'an undated reading', evidence: buildEvidence({ injection: { readings: [reading(Number.NaN, true)] } }) },
    { what: 'an undated injection', evidence: buildEvidence({ injection: { requestedAtMs: Number.NaN } }) },
    { what: 'an endless objective', evidence: buildEvidence({ withinMs: Number.POSITIVE_INFINITY }) },
  ])('is broken by $what', ({ evidence }) => {
    expect(summary(judge(evidence))).toMatch(/^inconclusive HARNESS_BROKEN/);
  });
});

describe('the judgement', () => {
  it('has a story for every reason there is', () => {
    const seen = new Set<string>();
    const stories: Evidence[] = [
      buildEvidence(neverBack),
      buildEvidence({ recovery: { phases: { detectMs: 7_000 } } }),
      buildEvidence({ actedAtMs: null }),
      buildEvidence({ recovery: { forbidActions: [{ type: 'EvictPod' }] } }),
      buildEvidence({ ...neverBack, recovery: { expectActions: [{ type: 'EvictPod', target: {}, max: 1 }] } }),
      buildEvidence({
        recovery: { expectActions: [{ type: 'EvictPod', target: {}, max: 1 }] },
        evidence: { audit: { ...buildEvidence().audit, entries: [eviction(8_000), eviction(9_000)] } },
      }),
      buildEvidence({ by: 'none' }),
      buildEvidence({ observedToMs: 20_000 }),
      resampled(buildEvidence(), 5_000, 5_000, { value: Number.NaN }),
      resampled(buildEvidence(), 5_000, 5_000, { problem: 'STALE_DATA', value: null }),
      buildEvidence({ evidence: { gate: null } }),
      buildEvidence({ bittenAtMs: null }),
      buildEvidence({ withinMs: 11_000 }),
      buildEvidence(endsItself),
      buildEvidence(absorbed),
      buildEvidence({ evidence: { status: 'aborted' } }),
      buildEvidence({ evidence: { status: 'interrupted' } }),
      buildEvidence({ evidence: { status: 'skipped' } }),
      buildEvidence({ evidence: { probes: [] } }),
      buildEvidence({ ...control, evidence: { audit: { ...buildEvidence().audit, complete: false, entries: [] } } }),
      buildSignals(
        { alerts: [alertWatch(ALERT, []), alertWatch(SILENT, points(9_000, 9_000))] },
        { observedToMs: 45_000 },
      ),
      buildSignals({ messages: messageWatch([]) }, { observedToMs: 45_000 }),
      buildSignals({ messages: messageWatch([8, 9, 10].map((second) => message(second * 1_000, 'opened'))) }),
    ];
    for (const story of stories) for (const reason of judge(story).reasons) seen.add(reason.code);
    expect([...seen].sort()).toEqual([...FAIL_REASONS, ...INCONCLUSIVE_REASONS].sort());
  });

  it('is the same after the evidence went through JSON', () => {
    for (const story of [{}, neverBack, absorbed, control, endsItself] as EvidenceParts[]) {
      const evidence = buildEvidence(story);
      expect(judge(JSON.parse(JSON.stringify(evidence)) as Evidence)).toEqual(judge(evidence));
    }
  });

  it('names its numbers', () => {
    expect(judge(buildEvidence(neverBack)).reasons[0]?.message).toBe(
      'not recovered 48.5 s after the injection, the objective is 30.0 s',
    );
    expect(judge(buildEvidence({ withinMs: 9_000 })).reasons[0]?.message).toBe(
      'recovery took between 9.5 s and 12.0 s, the objective is 9.0 s',
    );
  });

  it('does not depend on the order of the samples', () => {
    const told = buildEvidence();
    const shuffled = told.probes.map((own) => ({ ...own, samples: [...own.samples].reverse() }));
    expect(judge({ ...told, probes: shuffled })).toEqual(judge(told));
    expect(sample(0, 1).value).toBe(1);
  });
});
