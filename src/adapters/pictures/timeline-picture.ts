import type { Instant } from '../../experiment/evidence/evidence.ts';
import type { Judgement } from '../../experiment/result/judgement.ts';
import { formatSpan } from '../../experiment/result/wording.ts';
import type { RunRecord } from '../../experiment/run-record/run-record.ts';
import { HEADING_HEIGHT, heading } from './heading.ts';
import { type Lane, lanesOf } from './lanes.ts';
import { momentsOf, originOf } from './moments.ts';
import { linearScale, roundStep, type Scale, spread, ticks, tickText } from './scale.ts';
import { drawing, element, label } from './svg.ts';
import { timelineWords } from './timeline-words.ts';

const WIDTH = 980;
const LEFT = 28;
const PLOT = { left: 164, right: 748 } as const;
const VALUES = 764;
const LANE = { height: 34, bar: 16, thin: 9 } as const;
const MOMENTS_HEIGHT = 62;
const AXIS_HEIGHT = 44;

/** The recovery from injection to stability: moments, phases with what is uncertain about them, budgets. Null without an injection. */
export function timelinePicture(record: RunRecord): string | null {
  const { judgement, evidence } = record;
  if (judgement === null || evidence.injection === null) return null;
  const lanes = lanesOf(record, judgement);
  const originMs = originOf(record);
  const scale = timeScale(lanes, originMs);
  const top = HEADING_HEIGHT + MOMENTS_HEIGHT;
  const bottom = top + lanes.length * LANE.height;
  return drawing({
    width: WIDTH,
    height: bottom + AXIS_HEIGHT,
    title: `Timeline of ${evidence.scenario.name}`,
    description: timelineWords(record, judgement),
    parts: [
      ...heading(record, LEFT),
      ...axis(scale, top, bottom),
      ...momentMarks(judgement, originMs, scale, { top, bottom }),
      ...lanes.flatMap((lane, index) => laneParts(lane, originMs, scale, top + index * LANE.height)),
    ],
  });
}

/** Seconds since the injection; room for every bar and budget. */
function timeScale(lanes: readonly Lane[], originMs: number): Scale {
  const known = lanes.flatMap(({ from, to, budget, name }) =>
    [from?.latestMs, name === 'fault in force' ? undefined : to?.latestMs, budget?.toMs].filter(
      (ms) => ms !== undefined,
    ),
  );
  const fault = lanes.flatMap(({ name, to }) => (name === 'fault in force' && to !== null ? [to.latestMs] : []));
  const lastMs = Math.max(originMs + 10_000, ...known);
  const shownMs = Math.max(lastMs, Math.min(lastMs * 1.02, ...fault));
  const seconds = (shownMs - originMs) / 1000;
  return linearScale({ low: -seconds * 0.02, high: seconds * 1.04 }, PLOT.left, PLOT.right);
}

function axis(scale: Scale, top: number, bottom: number): string[] {
  const step = roundStep(scale, 8);
  return [
    ...ticks(scale, 8).flatMap((second) => [
      element('line', { class: 'grid', x1: scale.at(second), y1: top, x2: scale.at(second), y2: bottom }),
      label(tickText(second, step), {
        class: 'small soft number',
        x: scale.at(second),
        y: bottom + 18,
        'text-anchor': 'middle',
      }),
    ]),
    element('line', { class: 'axis', x1: PLOT.left, y1: bottom, x2: PLOT.right, y2: bottom }),
    label('seconds since the injection', { class: 'small soft', x: PLOT.right, y: bottom + 34, 'text-anchor': 'end' }),
  ];
}

function momentMarks(
  judgement: Judgement,
  originMs: number,
  scale: Scale,
  { top, bottom }: { top: number; bottom: number },
): string[] {
  const moments = momentsOf(judgement).map(({ name, at }) => {
    const span = { lowerMs: at.earliestMs - originMs, upperMs: at.latestMs - originMs };
    const [from, to] = [scale.at(span.lowerMs / 1000), scale.at(span.upperMs / 1000)];
    return { name, when: formatSpan(span), from, to, middle: (from + to) / 2 };
  });
  const places = spread(
    moments.map(({ middle }) => middle),
    88,
    { low: PLOT.left - 8, high: WIDTH - 70 },
  );
  return moments.flatMap(({ name, when, from, to, middle }, index) => {
    const place = places[index] ?? middle;
    return [
      element('line', { class: 'guide', x1: middle, y1: top, x2: middle, y2: bottom }),
      element('line', { class: 'leader', x1: place, y1: top - 25, x2: middle, y2: top - 4 }),
      element('rect', { class: 'neutral', x: from - 2.5, y: top - 4, width: to - from + 5, height: 5, rx: 2.5 }),
      label(name, { class: 'small strong', x: place, y: top - 44, 'text-anchor': 'middle' }),
      label(when, { class: 'small soft number', x: place, y: top - 31, 'text-anchor': 'middle' }),
    ];
  });
}

function laneParts(lane: Lane, originMs: number, scale: Scale, y: number): string[] {
  const middle = y + LANE.height / 2;
  return [
    label(lane.name, {
      class: lane.name === 'recovery' ? 'strong' : '',
      x: PLOT.left - 14,
      y: middle + 4.5,
      'text-anchor': 'end',
    }),
    ...(lane.budget === null ? [] : [budgetMark(lane.budget, originMs, scale, middle)]),
    ...(lane.from === null || lane.to === null
      ? [unseen(lane, originMs, scale, middle)]
      : bar(lane, lane.from, lane.to, (ms) => scale.at((ms - originMs) / 1000), middle)),
    label(lane.value, { class: 'strong number', x: VALUES, y: middle + 4.5 }),
    label(lane.remark, {
      class: `small number ${lane.remarkTone}`,
      x: WIDTH - LEFT,
      y: middle + 4.5,
      'text-anchor': 'end',
    }),
  ];
}

function budgetMark(budget: { fromMs: number; toMs: number }, originMs: number, scale: Scale, middle: number): string {
  const x = scale.at((budget.fromMs - originMs) / 1000);
  const width = scale.at((budget.toMs - originMs) / 1000) - x;
  return element('rect', { class: 'budget', x, y: middle - LANE.bar / 2 - 3, width, height: LANE.bar + 6, rx: 4 });
}

/** What is certain is full; what lies between an end's earliest and latest is pale, with a whisker across it. */
function bar({ tone, isThin }: Lane, from: Instant, to: Instant, at: (ms: number) => number, middle: number): string[] {
  const [start, end] = [at(from.earliestMs), at(to.latestMs)];
  const inner = [at(from.latestMs), at(to.earliestMs)] as const;
  const [sureFrom, sureTo] = [Math.min(...inner), Math.max(...inner)];
  const height = isThin ? LANE.thin : LANE.bar;
  const y = middle - height / 2;
  return [
    element('rect', { class: `${tone} maybe`, x: start, y, width: Math.max(2, end - start), height, rx: 3 }),
    element('rect', { class: tone, x: sureFrom, y, width: Math.max(2, sureTo - sureFrom), height, rx: 3 }),
    ...whisker(at(to.earliestMs), end, middle),
  ];
}

function whisker(from: number, to: number, middle: number): string[] {
  if (to - from < 3) return [];
  const cap = (x: number): string =>
    element('line', { class: 'whisker', x1: x, y1: middle - 5, x2: x, y2: middle + 5 });
  return [element('line', { class: 'whisker', x1: from, y1: middle, x2: to, y2: middle }), cap(from), cap(to)];
}

/** From the last known end on, nobody knows. */
function unseen(lane: Lane, originMs: number, scale: Scale, middle: number): string {
  const x = scale.at(lane.from === null ? 0 : (lane.from.latestMs - originMs) / 1000);
  return element('rect', {
    fill: 'url(#unknown)',
    'fill-opacity': 0.35,
    x,
    y: middle - 4,
    width: Math.max(0, PLOT.right - x),
    height: 8,
  });
}
