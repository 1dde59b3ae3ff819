import { HarnessError, messageOf } from '../../errors.ts';
import { type RepeatedRun, repeatedRunOf } from '../../experiment/repetition/repetition.ts';
import type { RunRecord } from '../../experiment/run-record/run-record.ts';
import { sha256 } from './digests.ts';
import { readRun } from './read-run.ts';
import { runFolders } from './run-folders.ts';

/** A run as it counts for a claim over many. */
export interface EarlierRun extends RepeatedRun {
  /** Stands for what was tested: two runs with the same one may be counted together. Null: nobody knows. */
  readonly system: string | null;
}

/** What lies in a folder of runs, as far as it is asked for. */
export interface History {
  /** By scenario name, oldest first. */
  readonly runs: Readonly<Record<string, readonly EarlierRun[]>>;
  /** Records that could not be read, in sentences. */
  readonly problems: readonly string[];
}

export function earlierRun(record: RunRecord): EarlierRun {
  return { ...repeatedRunOf(record), system: systemOf(record) };
}

/** Another build of anything that ran makes another system: what was proven of one says nothing about the other. */
function systemOf({ environment }: RunRecord): string | null {
  if (environment === null) return null;
  const { healproofVersion, kubernetesVersion, prometheusVersion, images } = environment;
  const contents = images.map(({ name, digest }) => `${name} ${digest}`).sort();
  return sha256([healproofVersion, kubernetesVersion, prometheusVersion, ...contents].join('\n'));
}

/** Which runs of a scenario count: of the very same scenario, and with or without a healer as now. */
export interface Wanted {
  readonly name: string;
  readonly digest: string;
}

/** Reads the records of earlier runs of these scenarios. One that cannot be read is named and does not count. */
export async function readHistory(runsDir: string, wanted: readonly Wanted[], healer: 'on' | 'off'): Promise<History> {
  const runs = new Map(wanted.map(({ name }) => [name, [] as EarlierRun[]]));
  const problems: string[] = [];
  if (wanted.length === 0) return { runs: {}, problems };
  for (const dir of await runFolders(runsDir)) {
    try {
      const record = (await readRun(dir))?.record;
      if (record === undefined || record.evidence.healer !== healer) continue;
      const { scenario } = record.evidence;
      const match = wanted.find((each) => each.name === scenario.name && each.digest === scenario.digest);
      if (match !== undefined) runs.get(match.name)?.push(earlierRun(record));
    } catch (error: unknown) {
      if (error instanceof HarnessError) throw error;
      problems.push(`the record in ${dir} cannot be read and does not count: ${messageOf(error)}`);
    }
  }
  return { runs: Object.fromEntries(runs), problems };
}
