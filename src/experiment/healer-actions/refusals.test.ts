import { describe, expect, it } from 'vitest';
import type { HealerRecord, RefusalReason } from '../../../healer/src/names.ts';
import { buildEvidence, type EvidenceParts, healerRecord, T0 } from '../../../test/fixtures/evidence-builder.ts';
import type { HealerWatch } from '../evidence/evidence.ts';
import { judge } from '../verdict/verdict.ts';
import { refusalFindings } from './refusals.ts';

const WINDOW = { fromMs: T0, toMs: T0 + 26_000 };

function refusal(over: Partial<HealerRecord> = {}, atMs = 8_000): HealerRecord {
  return { ...healerRecord(atMs), stage: 'refused', refusal: 'MinHealthy', ...over };
}

const wanting = (reason: RefusalReason = 'MinHealthy', target = { app: 'shop-back' }): EvidenceParts => ({
  by: 'none',
  actedAtMs: null,
  outAtMs: null,
  recovery: { expectRefusals: [{ reason, target }] },
});

function codes(story: EvidenceParts, records: readonly HealerRecord[], watch: Partial<HealerWatch> = {}): string[] {
  const told = buildEvidence(story);
  const evidence = { ...told, watch: { ...told.watch, ...watch, records } };
  const { refuted, unknown } = refusalFindings(evidence, WINDOW);
  return [...refuted, ...unknown].map(({ code }) => code);
}

const ASLEEP = { aliveThroughout: false, detail: 'silent for 9 s' };

const stranger = (app?: string): HealerRecord['target'] => ({
  kind: 'Pod',
  namespace: 'shop',
  name: 'shop-back-7',
  uid: 'uid-7',
  ...(app === undefined ? {} : { app }),
});

describe('an expected refusal', () => {
  it.each<{ what: string; records: readonly HealerRecord[]; watch?: Partial<HealerWatch>; codes: string[] }>([
    { what: 'that was recorded', records: [refusal()], codes: [] },
    { what: 'that was recorded by a healer not seen throughout', records: [refusal()], watch: ASLEEP, codes: [] },
    { what: 'of another pod with these labels', records: [refusal({ target: stranger('shop-back') })], codes: [] },
    { what: 'that did not happen', records: [], codes: ['ACTION_MISSING'] },
    { what: 'for another reason', records: [refusal({ refusal: 'Cooldown' })], codes: ['ACTION_MISSING'] },
    { what: 'that is told of an action', records: [refusal({ stage: 'acted' })], codes: ['ACTION_MISSING'] },
    { what: 'before the injection', records: [refusal({}, -5_000)], codes: ['ACTION_MISSING'] },
    { what: 'of other labels', records: [refusal({ target: stranger('shop-front') })], codes: ['ACTION_MISSING'] },
    { what: 'of nobody knows what', records: [refusal({ target: stranger() })], codes: ['WATCHER_ABSENT'] },
    { what: 'that nobody may have seen', records: [], watch: ASLEEP, codes: ['WATCHER_ABSENT'] },
  ])('$what gives $codes', ({ records, watch, codes: expected }) => {
    expect(codes(wanting(), records, watch)).toEqual(expected);
  });

  it('compares labels that the record does not tell with those of the target', () => {
    const told = buildEvidence(wanting('MinHealthy', { app: 'shop-back', tier: 'back' } as { app: string }));
    const [target] = told.injection?.targets ?? [];
    expect(target?.labels).toEqual({ app: 'shop-back' });
    const about = (records: readonly HealerRecord[]) =>
      refusalFindings({ ...told, watch: { ...told.watch, records } }, WINDOW);
    expect(about([refusal()]).refuted).toHaveLength(1);
    expect(about([refusal({ target: stranger('shop-back') })]).unknown).toHaveLength(1);
  });

  it('is what tells a healer that held back from one that noticed nothing', () => {
    const story: EvidenceParts = { ...wanting(), observedToMs: 45_000 };
    const told = buildEvidence(story);
    const judged = (records: readonly HealerRecord[], healer: 'on' | 'off' = 'on') =>
      judge({ ...told, healer, watch: { ...told.watch, records } });
    expect(judged([refusal()]).verdict).toBe('pass');
    expect(judged([]).reasons.map(({ code }) => code)).toEqual(['ACTION_MISSING']);
    expect(judged([], 'off').reasons.map(({ code }) => code)).not.toContain('ACTION_MISSING');
  });
});
