import type { ProbeSeries } from '../../experiment/evidence/evidence.ts';
import type { RunRecord } from '../../experiment/run-record/run-record.ts';
import { HEADING_HEIGHT, heading } from './heading.ts';
import { faultWindow, momentsOf, originOf } from './moments.ts';
import { type Panel, probePanel } from './probe-panel.ts';
import { probeWords } from './probe-words.ts';
import { linearScale, roundStep, type Scale, spread, ticks, tickText } from './scale.ts';
import { drawing, element, label } from './svg.ts';

const WIDTH = 980;
const LEFT = 28;
const PLOT = { left: 86, right: 952 } as const;
const PANEL = { height: 150, gap: 58 } as const;
const MARKS_HEIGHT = 34;
const FOOT_HEIGHT = 82;

/** Every probe's samples on one clock, with tolerance, fault and moments; null where nothing was sampled. */
export function probePicture(record: RunRecord): string | null {
  const { probes, scenario } = record.evidence;
  if (probes.every(({ samples }) => samples.length === 0)) return null;
  const originMs = originOf(record);
  const time = timeScale(probes, originMs);
  const top = HEADING_HEIGHT + MARKS_HEIGHT + 30;
  const panels = probes.map((series, index): Panel => {
    const y = top + index * (PANEL.height + PANEL.gap);
    return { series, time, originMs, top: y, bottom: y + PANEL.height, left: PLOT.left, right: PLOT.right };
  });
  const bottom = panels.at(-1)?.bottom ?? top;
  return drawing({
    width: WIDTH,
    height: bottom + FOOT_HEIGHT,
    title: `Probes of ${scenario.name}`,
    description: probeWords(record),
    parts: [
      ...heading(record, LEFT),
      ...panels.flatMap((panel) => faultBand(record, panel)),
      ...panels.flatMap(probePanel),
      ...moments(record, time, { top: HEADING_HEIGHT + MARKS_HEIGHT, panels }),
      ...axis(time, bottom),
      ...legend(bottom + FOOT_HEIGHT - 20),
    ],
  });
}

function timeScale(probes: readonly ProbeSeries[], originMs: number): Scale {
  const times = probes.flatMap(({ samples }) => samples.map(({ atMs }) => (atMs - originMs) / 1000));
  return linearScale({ low: Math.min(...times), high: Math.max(...times) }, PLOT.left, PLOT.right);
}

function faultBand(record: RunRecord, { time, originMs, top, bottom }: Panel): string[] {
  const window = faultWindow(record);
  if (window === null) return [];
  const x = time.at((window.from.earliestMs - originMs) / 1000);
  const width = time.at((window.to.latestMs - originMs) / 1000) - x;
  return [element('rect', { class: 'window', x, y: top, width, height: bottom - top })];
}

function moments(record: RunRecord, time: Scale, { top, panels }: { top: number; panels: readonly Panel[] }): string[] {
  if (record.judgement === null) return [];
  const originMs = originOf(record);
  const known = momentsOf(record.judgement).map(({ name, at }) => {
    return { name, x: time.at(((at.earliestMs + at.latestMs) / 2 - originMs) / 1000) };
  });
  const places = spread(
    known.map(({ x }) => x),
    70,
    { low: PLOT.left, high: PLOT.right - 10 },
  );
  return known.flatMap(({ name, x }, index) => {
    const place = places[index] ?? x;
    return [
      label(name, { class: 'small strong', x: place, y: top - 10, 'text-anchor': 'middle' }),
      element('line', { class: 'leader', x1: place, y1: top - 5, x2: x, y2: top + 10 }),
      ...panels.map((panel) => element('line', { class: 'guide', x1: x, y1: panel.top, x2: x, y2: panel.bottom })),
    ];
  });
}

function axis(time: Scale, bottom: number): string[] {
  const step = roundStep(time, 10);
  const numbers = ticks(time, 10).map((second) => {
    const place = { x: time.at(second), y: bottom + 18, 'text-anchor': 'middle' };
    return label(tickText(second, step), { class: 'small soft number', ...place });
  });
  const unit = label('seconds since the injection', {
    class: 'small soft',
    x: PLOT.right,
    y: bottom + 35,
    'text-anchor': 'end',
  });
  return [...numbers, unit];
}

function legend(y: number): string[] {
  const entries: readonly (readonly [string, string])[] = [
    [element('rect', { class: 'window', x: 0, y: y - 10, width: 18, height: 12 }), 'fault in force'],
    [element('rect', { class: 'band', x: 0, y: y - 10, width: 18, height: 12 }), 'tolerance'],
    [element('circle', { class: 'good', cx: 9, cy: y - 4, r: 3 }), 'in tolerance'],
    [element('circle', { class: 'bad', cx: 9, cy: y - 4, r: 3 }), 'out of tolerance'],
    [element('rect', { fill: 'url(#unknown)', x: 0, y: y - 10, width: 18, height: 12 }), 'unknown: no usable sample'],
  ];
  let x: number = PLOT.left;
  const drawn = entries.map(([mark, words]) => {
    const at = x;
    x += 46 + words.length * 6.6;
    return element('g', { transform: `translate(${at} 0)` }, mark, label(words, { class: 'small soft', x: 25, y }));
  });
  return drawn;
}
