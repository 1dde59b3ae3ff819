import type { Evidence } from '../../experiment/evidence/evidence.ts';
import { type EventSource, takeApart } from '../../experiment/evidence/raw-evidence.ts';
import type { RawSeries } from '../../experiment/evidence/raw-series.ts';
import { markStale } from '../../experiment/probes/staleness.ts';
import type { RunRecord } from '../../experiment/run-record/run-record.ts';
import { LIVE_SAMPLE, type RunEvent } from '../../ports/reporter.ts';
import { canonicalJson } from '../../scenario/model/canonical.ts';
import { isLive } from '../../scenario/probes/probe-kinds.ts';
import { differences } from './differences.ts';
import { stepsOf } from './recover-run.ts';

/** A line of the journal as it was written. */
export type JournalLine = RunEvent & { readonly n: number };

interface RawFact {
  readonly probe: string;
  readonly scrapeIntervalMs: number;
  readonly raw: readonly { readonly selector: string; readonly series: readonly RawSeries[] }[];
}

/**
 * What the journal, written while it happened, says against the record that was written in the end: sentences, none where
 * they agree.
 */
export function journalProblems(lines: readonly JournalLine[], record: RunRecord): string[] {
  const { evidence } = record;
  return [
    ...orderProblems(lines),
    ...beginProblems(lines, record),
    ...differences(byStart(record.steps), byStart(stepsOf(lines)), 'run.json: steps'),
    ...endProblems(lines, record),
    ...toldProblems(lines, evidence),
    ...staleProblems(lines, evidence),
    ...liveProblems(lines, evidence),
  ];
}

function orderProblems(lines: readonly JournalLine[]): string[] {
  const place = lines.findIndex(({ n }, index) => n !== index);
  if (place >= 0) return [`journal.jsonl: expected line ${place}, found line ${lines[place]?.n}`];
  const early = lines.findIndex(({ atMs }, index) => index > 0 && atMs < (lines[index - 1]?.atMs ?? 0));
  return early < 0 ? [] : [`journal.jsonl: line ${early} is older than the line before it`];
}

function beginProblems(lines: readonly JournalLine[], record: RunRecord): string[] {
  const { runId, seed, evidence, repetition, control } = record;
  const [first] = lines;
  if (first?.type !== 'fact' || first.what !== 'run') return ['journal.jsonl does not begin with its run'];
  const { scenario, healer } = evidence;
  const place = { ...(repetition === undefined ? {} : { repetition }), ...(control === undefined ? {} : { control }) };
  const began = { runId, seed, healer, scenario, ...place };
  return differences(began, first.data, 'run.json against the begin of the journal');
}

/** A run that was cut off, before or just after its end, claims nothing whatever its journal says. */
function endProblems(lines: readonly JournalLine[], { exitCode, judgement, evidence }: RunRecord): string[] {
  const end = lines.findLast((line) => line.type === 'run-ended');
  if (judgement?.verdict === 'inconclusive' && evidence.status === 'interrupted') return [];
  if (end?.type !== 'run-ended')
    return judgement?.verdict === 'inconclusive' ? [] : ['journal.jsonl does not tell how the run ended'];
  return end.exitCode === exitCode
    ? []
    : [`run.json: exitCode is ${exitCode}, the journal says that the run ended with ${end.exitCode}`];
}

/** Facts that are written the moment they are known, and the lines of evidence that they become. */
const TOLD: Readonly<Record<string, EventSource>> = { witness: 'witness', 'injector-event': 'injector' };

/** The same of alerts and messages, with a fault or without. */
const SIGNALS_TOLD: Readonly<Record<string, EventSource>> = {
  'alert-rule': 'alert-rule',
  receiver: 'receiver',
  message: 'message',
};

function toldProblems(lines: readonly JournalLine[], evidence: Evidence): string[] {
  const { events } = takeApart(evidence);
  const about = { ...SIGNALS_TOLD, ...(evidence.injection === null ? {} : TOLD) };
  return Object.entries(about).flatMap(([what, source]) => {
    const told = lines.flatMap((line) =>
      line.type === 'fact' && line.what === what ? [canonicalJson(line.data)] : [],
    );
    const judged = events
      .filter((line) => line.source === source)
      .map(({ source: _source, n: _n, ...content }) => canonicalJson(content));
    return [
      ...without(judged, told).map((text) => `${source}: the journal does not know ${text}`),
      ...without(told, judged).map((text) => `${source}: the journal knows of ${text}, the evidence does not`),
    ];
  });
}

function without(some: readonly string[], others: readonly string[]): string[] {
  const left = new Set(others);
  return some.filter((text) => !left.has(text));
}

/** A sample that rests on points which were too old says nothing, whatever value it carries. */
function staleProblems(lines: readonly JournalLine[], { probes }: Evidence): string[] {
  const fact = lines.findLast((line) => line.type === 'fact' && line.what === 'raw');
  if (fact?.type !== 'fact') return [];
  return (fact.data as readonly RawFact[]).flatMap(({ probe, scrapeIntervalMs, raw }) => {
    const samples = probes.find((series) => series.probe.name === probe)?.samples ?? [];
    const wrong = markStale(samples, raw, scrapeIntervalMs).find((sample, index) => sample !== samples[index]);
    return wrong === undefined ? [] : [`samples.jsonl: ${probe} at ${wrong.atMs}: ${wrong.detail}`];
  });
}

/** What was asked live cannot be asked again: the journal has every answer from the moment at which it came. */
function liveProblems(lines: readonly JournalLine[], { probes }: Evidence): string[] {
  const told = lines.flatMap((line) =>
    line.type === 'fact' && line.what === LIVE_SAMPLE ? [canonicalJson(line.data)] : [],
  );
  const judged = probes.flatMap(({ probe, samples }) =>
    isLive(probe) ? samples.map((sample) => canonicalJson({ probe: probe.name, ...sample })) : [],
  );
  return without(judged, told).map((text) => `samples.jsonl: the journal does not know ${text}`);
}

function byStart(steps: RunRecord['steps']): RunRecord['steps'] {
  return steps.toSorted((a, b) => a.startedAtMs - b.startedAtMs || a.endedAtMs - b.endedAtMs);
}
