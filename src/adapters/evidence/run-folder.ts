import { mkdirSync } from 'node:fs';
import { mkdir, open, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ControlExpectation } from '../../experiment/result/control.ts';
import type { RunRecord, Turn } from '../../experiment/run-record/run-record.ts';
import type { Scenario } from '../../scenario/model/scenario.ts';
import { chainDigests, type FileDigest, headOf } from './digests.ts';
import { Journal } from './journal.ts';
import { redactValue } from './redact.ts';
import { evidenceFiles } from './views.ts';

export interface RunStart {
  readonly runId: string;
  readonly seed: number;
  readonly healer: 'on' | 'off';
  readonly scenario: Scenario;
  readonly repetition?: Turn;
  readonly control?: ControlExpectation;
  readonly atMs: number;
}

/** What `run.json` holds: the record and the digest of every other file beside it. */
export interface StoredRun extends RunRecord {
  readonly files: readonly FileDigest[];
}

/** A run as it was put away. */
export interface PutAway {
  readonly dir: string;
  readonly record: StoredRun;
  readonly head: string;
}

export const JOURNAL = 'journal.jsonl';
export const RUN_JSON = 'run.json';
export const HEAD = 'head.sha256';

/** Draws pictures and other views from a record; they become part of the evidence. */
export type Views = (record: RunRecord) => ReadonlyMap<string, string>;

/** The folder of one run: the journal from the first moment, everything else at the end. */
export class RunFolder {
  readonly dir: string;
  readonly journal: Journal;
  readonly #runsDir: string;

  /** @throws when the folder is there already or cannot be written. */
  constructor(runsDir: string, start: RunStart) {
    this.#runsDir = runsDir;
    this.dir = join(runsDir, start.runId);
    mkdirSync(runsDir, { recursive: true });
    mkdirSync(this.dir);
    this.journal = new Journal(join(this.dir, JOURNAL));
    const { atMs, ...data } = start;
    this.journal.onEvent({ type: 'fact', atMs, what: 'run', data });
  }

  /** Redacts, writes and seals. `run.json` appears last and whole, or not at all. */
  close(record: RunRecord, views: Views): Promise<PutAway> {
    this.journal.close();
    if (this.journal.failure !== null) throw new Error(`the journal could not be written: ${this.journal.failure}`);
    return putAway(this.#runsDir, this.dir, record, views);
  }
}

export async function putAway(runsDir: string, dir: string, record: RunRecord, views: Views): Promise<PutAway> {
  const clean = redactValue(record);
  const texts = new Map([...evidenceFiles(clean), ...views(clean)]);
  for (const [path, text] of texts) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), text);
  }
  const contents = new Map<string, Uint8Array>([[JOURNAL, await readFile(join(dir, JOURNAL))]]);
  for (const [path, text] of texts) contents.set(path, Buffer.from(text));
  const files = chainDigests(contents);
  const stored: StoredRun = { ...clean, files };
  const text = `${JSON.stringify(stored, null, 2)}\n`;
  const head = headOf(files, text);
  await writeWhole(join(dir, RUN_JSON), text);
  await writeWhole(join(dir, HEAD), `${head}\n`);
  await writeWhole(join(runsDir, 'latest'), `${record.runId}\n`);
  return { dir, record: stored, head };
}

/** Writes beside the file and renames, so that nobody ever reads half of it. */
async function writeWhole(path: string, text: string): Promise<void> {
  const draft = `${path}.${process.pid}.tmp`;
  const file = await open(draft, 'w');
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
}
