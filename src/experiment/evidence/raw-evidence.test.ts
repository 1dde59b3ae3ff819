import { describe, expect, it } from 'vitest';
import { cannedPass } from '../../../test/fixtures/canned-run.ts';
import { buildEvidence, NO_FAULT, reading } from '../../../test/fixtures/evidence-builder.ts';
import { buildSignals } from '../../../test/fixtures/signal-builder.ts';
import type { Evidence } from './evidence.ts';
import { lineProblems, putTogether, type RawEvidence, takeApart } from './raw-evidence.ts';

/** As it comes back from a disk. */
function stored(raw: RawEvidence): RawEvidence {
  return JSON.parse(JSON.stringify(raw)) as RawEvidence;
}

const guard = { query: 'up', condition: { kind: 'compare', operator: '<', value: 1 } as const, forMs: 0 };
const unsorted = buildEvidence({ injection: { readings: [reading(500, true), reading(200, false)] } });
const stories: readonly (readonly [string, Evidence])[] = [
  ['the main story', buildEvidence()],
  ['a run without a fault', buildEvidence({ fault: NO_FAULT, by: 'none' })],
  ['a run that was aborted', buildEvidence({ evidence: { trips: [{ guard, atMs: 5, observation: 'up was 0' }] } })],
  ['witnesses that spoke out of turn', unsorted],
  ['several probes', cannedPass.evidence],
  ['alerts and messages', buildSignals()],
];

describe('evidence as raw lines', () => {
  it.each(stories)('gives the same evidence back: %s', (_name, evidence) => {
    const raw = stored(takeApart(evidence));
    expect(lineProblems(raw)).toEqual([]);
    expect(putTogether(raw)).toEqual(JSON.parse(JSON.stringify(evidence)));
  });

  it.each<[string, (raw: RawEvidence) => RawEvidence, RegExp]>([
    ['a lost event', (raw) => ({ ...raw, events: raw.events.filter(({ n }) => n !== 3) }), /line 3 of fault-object/],
    ['an event told twice', (raw) => ({ ...raw, events: [...raw.events, ...raw.events.slice(-1)] }), /twice/],
    ['events in another order', (raw) => ({ ...raw, events: raw.events.toReversed() }), /order of time/],
    ['samples in another order', (raw) => ({ ...raw, samples: raw.samples.toReversed() }), /order of time/],
    [
      'a sample of a stranger',
      (raw) => ({ ...raw, samples: raw.samples.map((line) => ({ ...line, series: 7 })) }),
      /no known probe/,
    ],
    [
      'a look at an alert of a stranger',
      (raw) => ({ ...raw, events: [...raw.events, { source: 'alert', n: 0, atMs: Number.MAX_VALUE, alert: 'x' }] }),
      /not watched/,
    ],
  ])('shows %s', (_name, change, words) => {
    expect(lineProblems(change(takeApart(buildEvidence()))).join()).toMatch(words);
  });
});
