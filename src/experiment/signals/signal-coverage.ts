import { counted } from '../../counted.ts';
import { seconds } from '../evidence/interval.ts';
import type {
  AlertWatch,
  Message,
  MessageWatch,
  ReceiverObservation,
  RuleObservation,
  RuleState,
} from '../evidence/signals.ts';
import { MAX_SIGHTING_GAP_MS } from '../fault/fault-active.ts';

/** A stretch of time, epoch ms, and by how much the clocks involved may differ, ms. */
export interface Window {
  readonly fromMs: number;
  readonly toMs: number;
  readonly skewMs: number;
}

/** An evaluation may take as long as this before it shows. */
const EVALUATION_MS = 1_000;

/** How often the alert is evaluated, ms: the slowest of its rules; null where none was ever seen. */
export function intervalOf({ sightings }: Pick<AlertWatch, 'sightings'>): number | null {
  const intervals = sightings.flatMap(({ rules }) => rules.map(({ intervalMs }) => intervalMs));
  return intervals.length === 0 ? null : Math.max(...intervals);
}

/**
 * Null where Prometheus is shown to have evaluated every rule of an alert throughout: the same rules at every look, each
 * evaluated just before, without an error. Else a sentence; only without one does silence mean anything.
 */
export function notEvaluated({ sightings }: Pick<AlertWatch, 'sightings'>, window: Window): string | null {
  const looks = looksFor(sightings, window);
  if (typeof looks === 'string') return `nobody looked at the rule ${looks}`;
  const [first] = looks;
  const rules = definitionOf(first);
  for (const look of looks) {
    if (look.rules.length === 0) return 'Prometheus had no such rule';
    if (definitionOf(look) !== rules) return 'the rule was exchanged meanwhile';
    const sick = look.rules.map((rule) => sickness(rule, look, window.skewMs)).find((each) => each !== null);
    if (sick !== undefined) return sick;
  }
  return null;
}

function sickness(
  { health, evaluatedAtMs, intervalMs }: RuleState,
  { atMs }: RuleObservation,
  skewMs: number,
): string | null {
  if (health !== 'ok') return `its evaluation failed (${health})`;
  const ageMs = atMs - evaluatedAtMs;
  return ageMs <= 2 * intervalMs + EVALUATION_MS + skewMs ? null : `it had not been evaluated for ${seconds(ageMs)}`;
}

function definitionOf(look: RuleObservation | undefined): string {
  const rules = (look?.rules ?? []).map(({ group, query, forMs, intervalMs }) => [group, query, forMs, intervalMs]);
  return JSON.stringify(rules.map((rule) => JSON.stringify(rule)).sort());
}

/** By how much the receiver's clock and ours differ at least, ms. */
export function receiverSkewMs({ sightings }: MessageWatch): number {
  return Math.max(0, ...sightings.map(({ askedAtMs, atMs, nowMs }) => Math.max(askedAtMs - nowMs, nowMs - atMs)));
}

/**
 * Null where one receiver is shown to have been there throughout and to have lost nothing. Else a sentence; only without
 * one does a message that is not there mean that nobody sent it.
 */
export function receiverAbsent({ sightings, messages }: MessageWatch, window: Window): string | null {
  const looks = looksFor(sightings, window);
  if (typeof looks === 'string') return `nobody looked at the receiver ${looks}`;
  const starts = new Set(looks.map(({ startedAtMs }) => startedAtMs));
  if (starts.size > 1) return 'the receiver was started anew meanwhile';
  const [startedAtMs = Number.POSITIVE_INFINITY] = starts;
  if (!(startedAtMs <= window.fromMs - window.skewMs)) return 'the receiver was not there from the start';
  if (looks.some(({ complete }) => !complete)) return 'the receiver has lost messages';
  const lost = untold(looks, messages);
  return lost === 0 ? null : `of what it took ${counted(lost, 'message is', 'messages are')} not here`;
}

/** How many of the messages that the receiver took between the first and the last look we never read. */
function untold(looks: readonly ReceiverObservation[], messages: readonly Message[]): number {
  const before = looks[0]?.taken ?? Number.NaN;
  const after = looks.at(-1)?.taken ?? Number.NaN;
  const own = new Set(messages.map(({ sequence }) => sequence).filter((n) => n > before && n <= after));
  return after - before - own.size;
}

/** The looks that cover a window, from the last one before it to the first one after it; else when none was taken. */
function looksFor<T extends { readonly atMs: number }>(all: readonly T[], { fromMs, toMs }: Window): T[] | string {
  const looks = all.toSorted((a, b) => a.atMs - b.atMs);
  const first = looks.findLastIndex(({ atMs }) => atMs <= fromMs);
  if (first < 0) return 'before the start';
  const last = looks.findIndex(({ atMs }) => atMs >= toMs);
  if (last < 0) return 'until the end';
  const own = looks.slice(first, Math.max(first, last) + 1);
  const gapMs = Math.max(0, ...own.map(({ atMs }, index) => atMs - (own[index - 1]?.atMs ?? atMs)));
  return gapMs <= MAX_SIGHTING_GAP_MS ? own : `for ${seconds(gapMs)}`;
}
