import { describe, expect, it } from 'vitest';
import {
  cannedFail,
  cannedInconclusive,
  cannedPass,
  cannedRun,
  cannedSkip,
} from '../../../test/fixtures/canned-run.ts';
import { buildEvidence } from '../../../test/fixtures/evidence-builder.ts';
import { judgedRun } from '../../../test/fixtures/judged-run.ts';
import type { Sample } from '../../experiment/evidence/evidence.ts';
import type { RunRecord } from '../../experiment/run-record/run-record.ts';
import { probePicture } from './probe-picture.ts';
import { timelinePicture } from './timeline-picture.ts';

const unknown: Sample = { atMs: 0, value: null, problem: 'NO_DATA' };

function withSamples(change: (sample: Sample) => Sample): RunRecord {
  const { evidence } = cannedPass;
  const probes = evidence.probes.map((series) => ({ ...series, samples: series.samples.map(change) }));
  return { ...cannedPass, evidence: { ...evidence, probes } };
}

const records: readonly (readonly [string, RunRecord])[] = [
  ['a pass', cannedPass],
  ['a fail', cannedFail],
  ['an inconclusive run', cannedInconclusive],
  ['an absorbed fault', cannedRun({ absorbed: true, recovery: null, phases: [] })],
  ['nothing but unknown samples', withSamples(({ atMs }) => ({ ...unknown, atMs }))],
  ['samples that never change', withSamples((sample) => ({ ...sample, value: 0, problem: null }))],
  [
    'a title with markup',
    {
      ...cannedPass,
      evidence: { ...cannedPass.evidence, scenario: { ...cannedPass.evidence.scenario, title: 'a < b & "c"' } },
    },
  ],
];

/** Every opened element is closed, in order, and nothing else looks like markup. */
function isWellFormed(svg: string): boolean {
  const open: string[] = [];
  for (const [, closing, name, selfClosing] of svg.matchAll(/<(\/?)([a-zA-Z]+)(?:\s[^<>]*?)?(\/?)>/g)) {
    if (closing === '/') {
      if (open.pop() !== name) return false;
    } else if (selfClosing !== '/') open.push(name ?? '');
  }
  return open.length === 0 && !/&(?!(?:amp|lt|gt|quot|#39);)/.test(svg);
}

describe.each(records)('pictures of %s', (_name, record) => {
  it.each([
    ['timeline', timelinePicture],
    ['probes', probePicture],
  ])('%s: well-formed, told in words, no number that is none', (_picture, draw) => {
    const svg = draw(record) ?? '';
    expect(isWellFormed(svg)).toBe(true);
    expect(svg).toMatch(/role="img" aria-labelledby="title description"/);
    expect(svg).toMatch(/<desc id="description">[^<]{20,}<\/desc>/);
    expect(svg).not.toMatch(/NaN|undefined|Infinity|null/);
    expect(svg).toContain('prefers-color-scheme:dark');
    expect(svg).not.toMatch(/(?:href|src|url)\s*[=(]\s*["']?https?:/);
  });
});

describe('timeline', () => {
  it('names every moment and every phase with its time and budget', () => {
    const svg = timelinePicture(cannedPass) ?? '';
    for (const word of ['injected', 'impacted', 'detected', 'decided', 'acted', 'restored', 'stable']) {
      expect(svg).toContain(`>${word}</text>`);
    }
    for (const value of ['11.6–12.2 s', '0.33–0.35 s', '1.4–8.4 s', '13.4–21.0 s', 'of 25 s ✔', 'of 60 s ✔']) {
      expect(svg).toContain(`>${value}</text>`);
    }
  });

  it('shows what was not seen as unknown, never as a bar', () => {
    const svg = timelinePicture(cannedInconclusive) ?? '';
    expect(svg.match(/url\(#unknown\)/g)).toHaveLength(6);
    expect(svg.match(/>not seen</g)).toHaveLength(5);
    expect(svg).not.toMatch(/class="(?:detect|act|restore|good)"/);
  });

  it('marks a recovery over its limit', () => {
    expect(timelinePicture(cannedFail)).toContain('of 60 s ✘');
  });

  it('is not drawn where nothing was injected', () => {
    expect(timelinePicture(cannedSkip)).toBeNull();
    expect(probePicture(cannedSkip)).toBeNull();
  });
});

describe('probe plot', () => {
  it('draws every known sample, in the colour of its tolerance, and a strip for the unknown ones', () => {
    const svg = probePicture(cannedPass) ?? '';
    const samples = cannedPass.evidence.probes.flatMap((series) => series.samples);
    const legendDots = 2;
    expect(svg.match(/<circle/g)).toHaveLength(samples.filter(({ value }) => value !== null).length + legendDots);
    expect(svg).toContain('<title>STALE_DATA</title>');
  });

  it('never joins samples across a gap', () => {
    expect(probePicture(cannedPass)?.match(/<polyline/g)).toHaveLength(3);
  });
});

it('an absorbed fault shows that all stayed well, not that nothing was seen', () => {
  const record = judgedRun(
    buildEvidence({ by: 'none', outAtMs: null, backAtMs: null, actedAtMs: null, observedToMs: 60_000 }),
  );
  expect(record.judgement?.absorbed).toBe(true);
  const svg = timelinePicture(record) ?? '';
  expect(svg).toContain('absorbed');
  expect(svg).not.toContain('not seen');
});

it('a recovery that never came is marked as over its objective', () => {
  const record = judgedRun(buildEvidence({ backAtMs: null, actedAtMs: null, observedToMs: 60_000 }));
  expect(timelinePicture(record)).toMatch(/of 30 s ✘/);
});
