import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../../errors.ts';
import { lineProblems, putTogether, type RawEvidence } from '../../experiment/evidence/raw-evidence.ts';
import { controlExpectation } from '../../experiment/result/control.ts';
import { exitCodeOf } from '../../experiment/result/exit-code.ts';
import type { Verdict } from '../../experiment/result/judgement.ts';
import { judge } from '../../experiment/verdict/verdict.ts';
import { differences } from './differences.ts';
import { type JournalLine, journalProblems } from './journal-check.ts';
import { checkHashes, readRun } from './read-run.ts';
import { parseJournal } from './recover-run.ts';
import { HEAD, JOURNAL, type PutAway } from './run-folder.ts';
import { RAW_FILES } from './views.ts';

export interface Verification {
  /** `unreadable`: there is not enough left to compute anything. */
  readonly state: 'verified' | 'different' | 'unreadable';
  readonly runId: string | null;
  readonly scenario: string | null;
  /** Computed from the files as they are now. */
  readonly head: string | null;
  /** As computed from the raw evidence; null for a run that was skipped. */
  readonly verdict: Verdict | null;
  /** Sentences, none for a run that is verified. */
  readonly problems: readonly string[];
}

/**
 * Judges a run again from the raw lines of its folder alone, and compares: hashes, evidence, verdict, exit code, and the
 * journal against all of it. `expectedHead` is the hash that was printed when the run ended.
 */
export async function verifyRun(dir: string, expectedHead: string | null = null): Promise<Verification> {
  try {
    const run = await readRun(dir);
    if (run === null) return unreadable(`there is no run.json in ${dir}`);
    if (run.record.schemaVersion !== 1)
      return unreadable(`schema version ${String(run.record.schemaVersion)} is unknown`);
    return await verify(run, expectedHead);
  } catch (error: unknown) {
    return unreadable(messageOf(error));
  }
}

async function verify(run: PutAway, expectedHead: string | null): Promise<Verification> {
  const { record, head, dir } = run;
  const problems = [...(await headProblems(run, expectedHead)), ...(await checkHashes(run)), ...unlisted(run)];
  const absent = REQUIRED.filter((path) => !existsSync(join(dir, path)));
  const about = { runId: record.runId, scenario: record.evidence.scenario.name, head };
  if (absent.length > 0) return { state: 'different', ...about, verdict: null, problems };
  const raw = await readRaw(dir);
  const evidence = putTogether(raw);
  const judgement = record.skippedBecause === null ? judge(evidence) : null;
  const exitCode = exitCodeOf({ ...record, judgement });
  problems.push(
    ...lineProblems(raw),
    ...differences(record.evidence, plain(evidence), 'run.json: evidence'),
    ...differences(record.judgement, plain(judgement), 'run.json: judgement'),
    ...differences(record.exitCode, exitCode, 'run.json: exitCode'),
    ...skipProblems(run),
    ...controlProblems(run),
    ...journalProblems(await readJournal(dir), record),
  );
  const state = problems.length === 0 ? 'verified' : 'different';
  return { state, ...about, verdict: judgement?.verdict ?? null, problems };
}

const REQUIRED = [JOURNAL, ...Object.values(RAW_FILES)];

/** Raw evidence that no hash covers could be exchanged at will. */
function unlisted({ record }: PutAway): string[] {
  const listed = new Set(record.files.map(({ path }) => path));
  return REQUIRED.filter((path) => !listed.has(path)).map((path) => `${path} has no hash in run.json`);
}

async function headProblems({ dir, head }: PutAway, expectedHead: string | null): Promise<string[]> {
  const problems: string[] = [];
  const stored = existsSync(join(dir, HEAD)) ? (await readFile(join(dir, HEAD), 'utf8')).trim() : 'not there';
  if (stored !== head) problems.push(`${HEAD} is ${stored}, the files give ${head}`);
  if (expectedHead !== null && expectedHead !== head)
    problems.push(`the expected head is ${expectedHead}, the files give ${head}`);
  return problems;
}

/** A run that says it was skipped must not have looked at anything. */
function skipProblems({ record: { skippedBecause, evidence } }: PutAway): string[] {
  if ((skippedBecause !== null) === (evidence.status === 'skipped')) return [];
  return [`run.json: skippedBecause is ${JSON.stringify(skippedBecause)}, the status is ${evidence.status}`];
}

/** Whether a failure counts as a success is not for the record to say. */
function controlProblems({ record: { control, evidence } }: PutAway): string[] {
  if (control === undefined) return [];
  const expected = evidence.healer === 'off' ? controlExpectation(evidence.scenario) : null;
  return control === expected ? [] : [`run.json: control is ${control}, by its scenario and healer it is ${expected}`];
}

async function readRaw(dir: string): Promise<RawEvidence> {
  return {
    frame: JSON.parse(await readFile(join(dir, RAW_FILES.frame), 'utf8')) as RawEvidence['frame'],
    samples: await readLines(dir, RAW_FILES.samples),
    events: await readLines(dir, RAW_FILES.events),
  };
}

/** The last line of a run that was killed may be half a line; a gap anywhere else shows in the numbers. */
async function readJournal(dir: string): Promise<JournalLine[]> {
  return parseJournal(await readFile(join(dir, JOURNAL), 'utf8')) as JournalLine[];
}

async function readLines<T>(dir: string, path: string): Promise<T[]> {
  const text = await readFile(join(dir, path), 'utf8');
  return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as T]));
}

/** As it would come back from a disk. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

function unreadable(problem: string): Verification {
  return { state: 'unreadable', runId: null, scenario: null, head: null, verdict: null, problems: [problem] };
}
