import { describe, expect, it } from 'vitest';
import {
  buildEvidence,
  type EvidenceParts,
  eviction,
  healerRecord,
  injectorEvent,
  pod,
  reading,
  T0,
} from '../../../test/fixtures/evidence-builder.ts';
import type { Evidence } from '../evidence/evidence.ts';
import type { Timeline } from '../result/judgement.ts';
import { analyseRun } from './run-analysis.ts';
import { injectedAt } from './timeline.ts';

function told(evidence: Evidence): Record<keyof Timeline, readonly [number, number] | null> {
  const { timeline } = analyseRun(evidence);
  const relative = Object.entries(timeline).map(([name, at]) => [
    name,
    at === null ? null : [at.earliestMs - T0, at.latestMs - T0],
  ]);
  return Object.fromEntries(relative);
}
const remarks = (evidence: Evidence): readonly string[] => analyseRun(evidence).healerRemarks;
const withHealer = (
  story: EvidenceParts,
  entries: ReturnType<typeof eviction>[],
  records: ReturnType<typeof healerRecord>[],
): Evidence => {
  const evidence = buildEvidence(story);
  return { ...evidence, audit: { ...evidence.audit, entries }, watch: { ...evidence.watch, records } };
};

describe('the timeline', () => {
  it('tells all seven moments of the main story', () => {
    expect(told(buildEvidence())).toEqual({
      injectedAt: [0, 500],
      impactedAt: [0, 2_000],
      detectedAt: [7_800, 7_800],
      decidedAt: [7_850, 7_850],
      actedAt: [8_000, 8_000],
      restoredAt: [10_000, 12_000],
      stableAt: [20_000, 22_000],
    });
  });

  it('leaves out what nothing tells', () => {
    expect(told(buildEvidence({ outAtMs: null, actedAtMs: null }))).toMatchObject({
      impactedAt: null,
      detectedAt: null,
      decidedAt: null,
      actedAt: null,
      restoredAt: null,
      stableAt: null,
    });
  });
});

describe('injectedAt', () => {
  const at = (story: EvidenceParts, skewMs = 0): readonly number[] | null => {
    const found = injectedAt(buildEvidence(story).injection, skewMs);
    return found === null ? null : [found.earliestMs - T0, found.latestMs - T0];
  };

  it.each<{ what: string; story: EvidenceParts; latest: number | null }>([
    { what: 'the first witness', story: { bittenAtMs: 700 }, latest: 700 },
    { what: 'the injector’s stamp and a second', story: { bittenAtMs: 5_000 }, latest: 1_000 },
    { what: 'the injector alone', story: { bittenAtMs: null }, latest: 1_000 },
    { what: 'the witness alone', story: { bittenAtMs: 3_000, injection: { events: [] } }, latest: 3_000 },
    {
      what: 'nothing but failures',
      story: { bittenAtMs: null, injection: { events: [injectorEvent(0, { outcome: 'Failed' })] } },
      latest: null,
    },
    {
      what: 'an older stamp',
      story: { bittenAtMs: 3_000, injection: { events: [injectorEvent(-5_000)] } },
      latest: 3_000,
    },
    { what: 'a refused fault', story: { injection: { acceptedAtMs: null } }, latest: null },
  ])('reaches to $what', ({ story, latest }) => {
    expect(at(story)).toEqual(latest === null ? null : [0, latest]);
  });

  it('reaches further where the injector’s clock may be behind', () => {
    expect(at({ bittenAtMs: null }, 300)).toEqual([0, 1_300]);
  });

  it('does not trust a witness without a clean baseline', () => {
    expect(at({ bittenAtMs: 400, injection: { baseline: [reading(-1_000, true)] } })).toEqual([0, 1_000]);
  });
});

describe('the healer’s moments', () => {
  it('believe the audit log where it contradicts the healer, and say so', () => {
    const evidence = withHealer({}, [eviction(8_000)], [healerRecord(8_000, { actedAtMs: T0 + 9_700 })]);
    expect(told(evidence).actedAt).toEqual([8_000, 8_000]);
    expect(remarks(evidence)).toEqual([expect.stringContaining('1.7 s apart; the log is believed')]);
  });

  it('do not hold an act that the log has not', () => {
    const evidence = withHealer({}, [], [healerRecord(8_000)]);
    expect(told(evidence).actedAt).toBeNull();
    expect(remarks(evidence)).toEqual([expect.stringContaining('the audit log has no such write')]);
  });

  it('leave detection open where the healer kept no record of what it did', () => {
    const evidence = withHealer({}, [eviction(8_000)], []);
    expect(told(evidence)).toMatchObject({ actedAt: [8_000, 8_000], detectedAt: null, decidedAt: null });
    expect(remarks(evidence)).toEqual([expect.stringContaining('keeps no record')]);
  });

  it('leave detection open where the incident is older than the fault', () => {
    const evidence = withHealer({}, [eviction(8_000)], [healerRecord(8_000, { detectedAtMs: T0 - 3_000 })]);
    expect(told(evidence)).toMatchObject({ detectedAt: null, actedAt: [8_000, 8_000] });
    expect(remarks(evidence)).toEqual([expect.stringContaining('older than the fault')]);
  });

  it('notice times that are not in order', () => {
    const evidence = withHealer({}, [eviction(8_000)], [healerRecord(8_000, { decidedAtMs: T0 + 5_000 })]);
    expect(remarks(evidence)).toEqual([expect.stringContaining('not in order')]);
  });

  it('tell a detection that led to nothing', () => {
    const refused = healerRecord(0, { stage: 'refused', refusal: 'Cooldown', detectedAtMs: T0 + 6_000 });
    const evidence = withHealer(
      { actedAtMs: null },
      [],
      [healerRecord(0, { stage: 'detected', detectedAtMs: T0 + 7_000 }), refused],
    );
    expect(told(evidence)).toMatchObject({ detectedAt: [6_000, 6_000], actedAt: null });
  });

  it('are the last target’s, and of several acts on one target the first', () => {
    const second = { name: 'shop-back-2', id: 'second' };
    const records = [
      healerRecord(8_000),
      healerRecord(10_000, {
        incident: 'b',
        target: { kind: 'Pod', namespace: 'shop', name: 'shop-back-2', uid: 'uid-2' },
      }),
    ];
    const entries = [eviction(8_000), eviction(10_000, second), eviction(11_000)];
    const evidence = withHealer({ injection: { targets: [pod(1), pod(2)] } }, entries, records);
    expect(told(evidence)).toMatchObject({ detectedAt: [9_800, 9_800], actedAt: [10_000, 10_000] });
  });

  it('are the healer’s own word where there is no audit log', () => {
    const evidence = buildEvidence();
    const blind = { ...evidence, audit: { ...evidence.audit, source: 'none' as const, entries: [] } };
    expect(told(blind).actedAt).toEqual([8_010, 8_010]);
    expect(remarks(blind)).toEqual([]);
  });
});
