import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { StepTime } from '../../experiment/run-record/run-record.ts';
import type { RunEvent } from '../../ports/reporter.ts';
import { minimalRecord } from './minimal-record.ts';
import { readRun } from './read-run.ts';
import { JOURNAL, type PutAway, putAway, type RunStart, type Views } from './run-folder.ts';

/** Null for a line that was cut off while it was written; only a journal's last line can be. */
function parseLine(line: string): RunEvent | null {
  try {
    return JSON.parse(line) as RunEvent;
  } catch (error: unknown) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

export function parseJournal(text: string): RunEvent[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map(parseLine)
    .filter((event) => event !== null);
}

/** Steps with their times; the one that was running when the journal ends counts as failed at its last line. */
export function stepsOf(events: readonly RunEvent[]): StepTime[] {
  const lastAtMs = events.at(-1)?.atMs ?? 0;
  return events.flatMap((event, index) => {
    if (event.type !== 'step-started') return [];
    const end = events.slice(index).find((later) => later.type === 'step-ended' && later.step === event.step);
    const outcome = end?.type === 'step-ended' ? end.outcome : 'failed';
    return [{ step: event.step, startedAtMs: event.atMs, endedAtMs: end?.atMs ?? lastAtMs, outcome }];
  });
}

function startOf(events: readonly RunEvent[]): Omit<RunStart, 'atMs'> | null {
  const first = events.find((event) => event.type === 'fact' && event.what === 'run');
  return first?.type === 'fact' ? (first.data as Omit<RunStart, 'atMs'>) : null;
}

/**
 * Puts away a run that was killed before it could do so itself: interrupted, nothing learned, its steps from the journal.
 * Returns what is there already when the run did come to its end, and null when not even the journal's first line is.
 */
export async function recoverRun(dir: string, views: Views): Promise<PutAway | null> {
  const whole = await readRun(dir);
  if (whole !== null || !existsSync(join(dir, JOURNAL))) return whole;
  const events = parseJournal(await readFile(join(dir, JOURNAL), 'utf8'));
  const start = startOf(events);
  if (start === null) return null;
  const steps = stepsOf(events);
  const running = steps.findLast((step) => step.outcome === 'failed')?.step ?? steps.at(-1)?.step ?? 'preflight';
  const message = `The run ended without a record; the last step that its journal knows is "${running}".`;
  const record = minimalRecord({
    ...start,
    startedAtMs: events[0]?.atMs ?? 0,
    endedAtMs: events.at(-1)?.atMs ?? 0,
    status: 'interrupted',
    steps,
    failure: { step: running, code: 'INTERRUPTED', message },
  });
  return putAway(dirname(dir), dir, record, views);
}
