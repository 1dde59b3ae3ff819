import { describe, expect, it } from 'vitest';
import { buildEvidence, type EvidenceParts, NO_FAULT, sightings, T0 } from '../../../test/fixtures/evidence-builder.ts';
import { instant } from '../evidence/interval.ts';
import { mayStopObserving, observeUntilMs, stableSince } from './observation.ts';
import { judge } from './verdict.ts';

describe('stableSince', () => {
  it.each<{ what: string; story: EvidenceParts; atMs: number; since: number | null }>([
    { what: 'it left', story: {}, atMs: 1_000, since: null },
    { what: 'it came back', story: {}, atMs: 10_000, since: null },
    { what: 'it has been back for long enough', story: {}, atMs: 21_000, since: null },
    { what: 'then', story: {}, atMs: 22_000, since: 12_000 },
    { what: 'ever, where it never left', story: { outAtMs: null }, atMs: 26_000, since: null },
  ])('is null before $what', ({ story, atMs, since }) => {
    const found = stableSince(buildEvidence(story).probes, T0, T0 + atMs, 10_000);
    expect(found === null ? null : found - T0).toBe(since);
  });
});

describe('observeUntilMs', () => {
  it('leaves room for the objective, the hold, the resolution and the clocks', () => {
    const { scenario, probes } = buildEvidence();
    expect(observeUntilMs(scenario, instant(T0, T0 + 500), probes, 100) - T0).toBe(500 + 30_000 + 10_000 + 4_000 + 100);
  });
});

describe('mayStopObserving', () => {
  const at = (story: EvidenceParts, ms: number): boolean =>
    mayStopObserving(
      buildEvidence({
        ...story,
        observedToMs: ms,
        injection: { sightings: sightings(100, ms), undoneAtMs: null, ...story.injection },
      }),
    );

  it('is so when the steady state is stable again and the fault was seen after that', () => {
    expect(at({}, 21_000)).toBe(false);
    expect(at({}, 22_000)).toBe(false);
    expect(at({}, 23_000)).toBe(true);
  });

  it('is so when no later sighting can mend what is missing', () => {
    const lost: EvidenceParts = { injection: { sightings: sightings(100, 5_000) } };
    expect(at(lost, 26_000)).toBe(false);
    expect(at(lost, 28_000)).toBe(true);
  });

  it.each<{ what: string; story: EvidenceParts }>([
    { what: 'nothing left', story: { outAtMs: null, actedAtMs: null } },
    { what: 'nothing came back', story: { backAtMs: null, actedAtMs: null } },
  ])('is so when $what for as long as it takes to say so', ({ story }) => {
    const untilMs = 44_500;
    expect(at(story, untilMs - 1_000)).toBe(false);
    expect(at(story, untilMs)).toBe(true);
  });

  it('comes late enough for every verdict', () => {
    const verdicts = (
      [
        {},
        { outAtMs: null, by: 'none', actedAtMs: null },
        { outAtMs: null, by: 'none', fault: NO_FAULT, actedAtMs: null },
        { backAtMs: null, actedAtMs: null },
      ] as EvidenceParts[]
    ).map((story) => {
      for (let ms = 1_000; ms < 80_000; ms += 1_000) {
        const evidence = buildEvidence({ ...story, observedToMs: ms });
        if (mayStopObserving(evidence)) return judge(evidence).verdict;
      }
      return 'never';
    });
    expect(verdicts).toEqual(['pass', 'pass', 'pass', 'fail']);
  });
});
