import { agreeing, counted } from '../../counted.ts';
import type { AuditLog, Evidence, HealerWatch, Injection, ProbeSeries, Sample } from './evidence.ts';
import { type SignalFrame, type SignalLines, signalFrame, signalLines, signalsOf, strayLines } from './signal-lines.ts';
import type { SignalEvidence } from './signals.ts';

/** One sample of one probe, as a line of `samples.jsonl`. */
export type SampleLine = Sample & {
  /** Place of its probe among the probes of the frame. */
  readonly series: number;
  readonly probe: string;
};

/** One thing that somebody said or did, as a line of `events.jsonl`. */
export interface EventLine {
  readonly source: EventSource;
  /** Place among the lines of its source, so that none can be left out or moved unnoticed. */
  readonly n: number;
  readonly atMs: number;
  readonly [key: string]: unknown;
}

const EVENT_SOURCES = [
  'injector',
  'witness-before',
  'witness',
  'fault-object',
  'healer',
  'audit-log',
  'guard',
  'alert-rule',
  'alert',
  'receiver',
  'message',
] as const;
export type EventSource = (typeof EVENT_SOURCES)[number];

const SOURCE_OF = {
  baseline: 'witness-before',
  readings: 'witness',
  events: 'injector',
  sightings: 'fault-object',
} as const satisfies Record<string, EventSource>;

/** What of an injection is told in lines. */
type Lined = keyof typeof SOURCE_OF;

/** One fault of a sequence: how many of the sequence's lines of each kind are its own; they stand in the order of the faults. */
type FramePart = Omit<Injection, Lined | 'parts'> & { readonly lines: Readonly<Record<Lined, number>> };
type FrameInjection = Omit<Injection, Lined | 'parts'> & { readonly parts?: readonly FramePart[] };

/** What stands around the raw lines: the scenario, the windows, and who was there to see. */
export interface Frame
  extends Omit<Evidence, 'probes' | 'injection' | 'watch' | 'audit' | 'trips' | keyof SignalEvidence>,
    SignalFrame {
  readonly probes: readonly Omit<ProbeSeries, 'samples'>[];
  readonly injection: FrameInjection | null;
  readonly watch: Omit<HealerWatch, 'records'>;
  readonly audit: Omit<AuditLog, 'entries'>;
}

/** Evidence taken apart into the lines that it is made of; `putTogether` gives the same evidence back. */
export interface RawEvidence {
  readonly frame: Frame;
  readonly samples: readonly SampleLine[];
  readonly events: readonly EventLine[];
}

export function takeApart(evidence: Evidence): RawEvidence {
  const { probes, injection, watch, audit, trips, alerts: _alerts, messages: _messages, ...rest } = evidence;
  const signals = signalLines(evidence);
  const { records, ...watchFrame } = watch;
  const { entries, ...auditFrame } = audit;
  const { baseline = [], readings = [], events = [], sightings = [] } = injection ?? {};
  const told = [
    ...numbered('injector', events, ({ atMs }) => atMs),
    ...numbered('witness-before', baseline, ({ atMs }) => atMs),
    ...numbered('witness', readings, ({ atMs }) => atMs),
    ...numbered('fault-object', sightings, ({ atMs }) => atMs),
    ...numbered('healer', records, ({ recordedAtMs }) => recordedAtMs),
    ...numbered('audit-log', entries, ({ atMs }) => atMs),
    ...numbered('guard', trips, ({ atMs }) => atMs),
    ...numbered('alert-rule', signals['alert-rule'], ({ atMs }) => atMs),
    ...numbered('alert', signals.alert, ({ atMs }) => atMs),
    ...numbered('receiver', signals.receiver, ({ atMs }) => atMs),
    ...numbered('message', signals.message, ({ atMs }) => atMs),
  ];
  return {
    frame: {
      ...rest,
      ...signalFrame(evidence),
      probes: probes.map(({ samples: _samples, ...series }) => series),
      injection: injection === null ? null : frameOf(injection),
      watch: watchFrame,
      audit: auditFrame,
    },
    samples: probes.flatMap(({ probe, samples }, series) =>
      samples.map((sample) => ({ series, probe: probe.name, ...sample })),
    ),
    events: told.toSorted((a, b) => a.atMs - b.atMs),
  };
}

/** The evidence that these lines are; nothing is filled in for a line that is not there. */
export function putTogether({ frame, samples, events }: RawEvidence): Evidence {
  const { probes, injection, watch, audit, alerts: _alerts, messages: _messages, ...rest } = frame;
  const of = <T>(source: EventSource): T[] => linesOf<T>(events, source);
  return {
    ...rest,
    ...signalsOf(frame, signalLinesOf(events)),
    probes: probes.map((series, index) => ({ ...series, samples: samplesOf(samples, index) })),
    injection:
      injection === null
        ? null
        : whole(injection, {
            baseline: of('witness-before'),
            readings: of('witness'),
            events: of('injector'),
            sightings: of('fault-object'),
          }),
    watch: { ...watch, records: of('healer') },
    audit: { ...audit, entries: of('audit-log') },
    trips: of('guard'),
  };
}

function linesOf<T>(events: readonly EventLine[], source: EventSource): T[] {
  const own = events.filter((line) => line.source === source);
  return own.toSorted((a, b) => a.n - b.n).map((line) => contentOf(line) as T);
}

function signalLinesOf(events: readonly EventLine[]): SignalLines {
  return {
    'alert-rule': linesOf(events, 'alert-rule'),
    alert: linesOf(events, 'alert'),
    receiver: linesOf(events, 'receiver'),
    message: linesOf(events, 'message'),
  };
}

type Lines = Pick<Injection, Lined>;

function frameOf({
  baseline: _b,
  readings: _r,
  events: _e,
  sightings: _s,
  parts,
  ...frame
}: Injection): FrameInjection {
  return parts === undefined ? frame : { ...frame, parts: parts.map(partFrame) };
}

function partFrame({ baseline, readings, events, sightings, parts: _parts, ...frame }: Injection): FramePart {
  const lines = {
    baseline: baseline.length,
    readings: readings.length,
    events: events.length,
    sightings: sightings.length,
  };
  return { ...frame, lines };
}

/** Each fault of a sequence gets its own lines back: those after the lines of the faults before it. */
function whole({ parts, ...frame }: FrameInjection, lines: Lines): Injection {
  if (parts === undefined) return { ...frame, ...lines };
  const taken = { baseline: 0, readings: 0, events: 0, sightings: 0 };
  const next = <K extends Lined>(kind: K, count: number): Lines[K] => {
    const from = taken[kind];
    taken[kind] += count;
    return lines[kind].slice(from, taken[kind]) as unknown as Lines[K];
  };
  const own = parts.map(({ lines: counts, ...part }) => ({
    ...part,
    baseline: next('baseline', counts.baseline),
    readings: next('readings', counts.readings),
    events: next('events', counts.events),
    sightings: next('sightings', counts.sightings),
  }));
  return { ...frame, ...lines, parts: own };
}

/** Lines that belong to no fault of a sequence, or to one that has no such line. */
function partProblems({ frame: { injection }, events }: RawEvidence): string[] {
  const parts = injection?.parts;
  if (parts === undefined) return [];
  return (Object.keys(SOURCE_OF) as Lined[]).flatMap((kind) => {
    const told = parts.reduce((sum, { lines }) => sum + lines[kind], 0);
    const found = events.filter(({ source }) => source === SOURCE_OF[kind]).length;
    return told === found
      ? []
      : [
          `frame.json: its faults have ${counted(told, 'line')} of ${SOURCE_OF[kind]}, there ${agreeing(found, 'is', 'are')} ${found}`,
        ];
  });
}

/** What is wrong with the order of the lines: sentences, none where every line is there and at its place. */
export function lineProblems(raw: RawEvidence): string[] {
  const { frame, samples, events } = raw;
  const problems = [...EVENT_SOURCES.flatMap((source) => gapIn(source, events)), ...partProblems(raw)];
  problems.push(...strayLines(frame, signalLinesOf(events)));
  if (events.some(({ atMs }, index) => index > 0 && atMs < (events[index - 1]?.atMs ?? 0)))
    problems.push('events.jsonl is not in the order of time');
  if (events.some(({ source }) => !EVENT_SOURCES.includes(source)))
    problems.push('events.jsonl has a line of an unknown source');
  frame.probes.forEach(({ probe }, series) => {
    const own = samplesOf(samples, series);
    if (own.some(({ atMs }, index) => index > 0 && atMs <= (own[index - 1]?.atMs ?? 0)))
      problems.push(`samples.jsonl: ${probe.name} is not in the order of time`);
  });
  if (samples.some(({ series, probe }) => frame.probes[series]?.probe.name !== probe))
    problems.push('samples.jsonl has a line of no known probe');
  return problems;
}

function numbered<T extends object>(
  source: EventSource,
  items: readonly T[],
  timeOf: (item: T) => number,
): EventLine[] {
  return items.map((item, n) => ({ source, n, atMs: timeOf(item), ...item }));
}

/** A healer's record carries times of its own; the line's is only there to sort by. */
function contentOf({ source, n: _n, atMs, ...content }: EventLine): unknown {
  return source === 'healer' ? content : { ...content, atMs };
}

function samplesOf(lines: readonly SampleLine[], index: number): Sample[] {
  return lines.filter(({ series }) => series === index).map(({ series: _series, probe: _probe, ...sample }) => sample);
}

function gapIn(source: EventSource, events: readonly EventLine[]): string[] {
  const places = events.filter((line) => line.source === source).map(({ n }) => n);
  const missing = [...new Set(places)].sort((a, b) => a - b).findIndex((n, index) => n !== index);
  if (missing >= 0) return [`events.jsonl: line ${missing} of ${source} is missing`];
  return new Set(places).size === places.length ? [] : [`events.jsonl: a line of ${source} is there twice`];
}
