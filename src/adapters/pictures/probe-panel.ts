import type { ProbeSeries, Sample } from '../../experiment/evidence/evidence.ts';
import { isInTolerance, toleranceText } from '../../experiment/probes/tolerance-check.ts';
import type { Tolerance } from '../../scenario/model/tolerance.ts';
import { type Extent, linearScale, roundStep, type Scale, ticks, tickText } from './scale.ts';
import { element, label } from './svg.ts';

/** One probe's place in the picture. */
export interface Panel {
  readonly series: ProbeSeries;
  readonly time: Scale;
  readonly originMs: number;
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

export function probePanel(panel: Panel): string[] {
  const { series, top, bottom, left, right } = panel;
  const value = linearScale(valueExtent(series), bottom - 6, top + 6);
  return [
    element('rect', { class: 'frame', x: left, y: top, width: right - left, height: bottom - top }),
    label(series.probe.name, { class: 'strong', x: left, y: top - 10 }),
    label(`normal: ${toleranceText(series.probe.tolerance)}`, {
      class: 'small good',
      x: right,
      y: top - 10,
      'text-anchor': 'end',
    }),
    ...toleranceBands(panel, value),
    ...valueAxis(panel, value),
    ...unknownStrips(panel),
    ...curves(panel, value),
    ...dots(panel, value),
  ];
}

function boundsOf(tolerance: Tolerance): number[] {
  return tolerance.kind === 'range' ? [tolerance.low, tolerance.high] : [tolerance.value];
}

/** Room for every value and every bound. */
function valueExtent({ samples, probe }: ProbeSeries): Extent {
  const values = [...samples.flatMap(({ value }) => value ?? []), ...boundsOf(probe.tolerance)];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const margin = (high - low || Math.abs(high) || 1) * 0.12;
  // What never is negative is not drawn as if it could be.
  return { low: low >= 0 ? Math.max(0, low - margin) : low - margin, high: high + margin };
}

function toleranceBands(panel: Panel, value: Scale): string[] {
  const { series, left, right } = panel;
  const { tolerance } = series.probe;
  const { y, height } = normalBand(tolerance, value, panel);
  return [
    element('rect', { class: 'band', x: left, y, width: right - left, height }),
    ...boundsOf(tolerance).map((bound) =>
      element('line', { class: 'bound', x1: left, y1: value.at(bound), x2: right, y2: value.at(bound) }),
    ),
  ];
}

/** From bound to bound, or to the panel's edge where there is none. */
function normalBand(tolerance: Tolerance, value: Scale, { top, bottom }: Panel): { y: number; height: number } {
  if (tolerance.kind === 'range') {
    return { y: value.at(tolerance.high), height: value.at(tolerance.low) - value.at(tolerance.high) };
  }
  const bound = value.at(tolerance.value);
  if (tolerance.operator === '==') return { y: bound, height: 1 };
  if (tolerance.operator === '!=') return { y: top, height: bottom - top };
  return tolerance.operator.startsWith('<') ? { y: bound, height: bottom - bound } : { y: top, height: bound - top };
}

function valueAxis({ left }: Panel, value: Scale): string[] {
  const step = roundStep(value, 4);
  return ticks(value, 4).flatMap((tick) => [
    element('line', { class: 'axis', x1: left - 4, y1: value.at(tick), x2: left, y2: value.at(tick) }),
    label(tickText(tick, step), {
      class: 'small soft number',
      x: left - 8,
      y: value.at(tick) + 4,
      'text-anchor': 'end',
    }),
  ]);
}

/** Runs of neighbouring samples for which `belongs` says the same. */
function runsOf(samples: readonly Sample[], belongs: (sample: Sample) => boolean): Sample[][] {
  const runs: Sample[][] = [];
  let open: Sample[] | null = null;
  for (const sample of samples) {
    if (!belongs(sample)) open = null;
    else if (open === null) {
      open = [sample];
      runs.push(open);
    } else open.push(sample);
  }
  return runs;
}

function unknownStrips({ series, time, originMs, top, bottom }: Panel): string[] {
  const { samples, stepMs } = series;
  return runsOf(samples, ({ value }) => value === null).map((run) => {
    const from = time.at(((run[0]?.atMs ?? 0) - stepMs / 2 - originMs) / 1000);
    const to = time.at(((run.at(-1)?.atMs ?? 0) + stepMs / 2 - originMs) / 1000);
    const problems = [...new Set(run.map(({ problem }) => problem ?? 'NO_DATA'))].join(', ');
    const strip = { fill: 'url(#unknown)', x: from, y: top, width: Math.max(3, to - from), height: bottom - top };
    return element('rect', strip, element('title', {}, problems));
  });
}

/** A line joins only samples that are known: across a gap there is none. */
function curves({ series, time, originMs }: Panel, value: Scale): string[] {
  return runsOf(series.samples, (sample) => sample.value !== null).map((run) => {
    const points = run.map((sample) => {
      const [x, y] = [time.at((sample.atMs - originMs) / 1000), value.at(sample.value ?? 0)];
      return `${x.toFixed(1)},${y.toFixed(1)}`;
    });
    return element('polyline', { class: 'curve', points: points.join(' ') });
  });
}

function dots({ series, time, originMs }: Panel, value: Scale): string[] {
  return series.samples.flatMap((sample) => {
    if (sample.value === null) return [];
    const tone = isInTolerance(sample.value, series.probe.tolerance) ? 'good' : 'bad';
    return [
      element('circle', {
        class: tone,
        cx: time.at((sample.atMs - originMs) / 1000),
        cy: value.at(sample.value),
        r: 2.6,
      }),
    ];
  });
}
