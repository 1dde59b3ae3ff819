import { join, resolve } from 'node:path';
import { listRuns } from '../../adapters/evidence/list-runs.ts';
import type { Config } from '../../config/config.ts';
import { UsageError } from '../../errors.ts';
import { historiesOf, historyText } from '../output/history-report.ts';
import { jsonText } from '../output/json.ts';

export interface HistoryOptions {
  /** Null: every scenario that was ever run. */
  readonly scenario: string | null;
  readonly last: number;
  readonly output: string | null;
  readonly format: string | null;
}

/** Earlier runs with their verdicts and times, and the trend of each phase. */
export async function history({ reportsDir }: Config, options: HistoryOptions): Promise<number> {
  const runsDir = join(options.output === null ? reportsDir : resolve(options.output), 'runs');
  const { runs, unreadable } = await listRuns(runsDir);
  const wanted = runs.filter((run) => options.scenario === null || run.scenario === options.scenario);
  if (wanted.length === 0)
    throw new UsageError(`no run${options.scenario === null ? '' : ` of ${options.scenario}`} in ${runsDir}`);
  const histories = historiesOf(wanted, options.last);
  const text = histories.map(historyText).join('\n');
  process.stdout.write(options.format === 'json' ? jsonText('History', { histories, unreadable }) : text);
  for (const { dir, reason } of unreadable) process.stderr.write(`not counted: ${dir}: ${reason}\n`);
  return 0;
}
