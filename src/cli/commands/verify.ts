import { resolve } from 'node:path';
import { type Verification, verifyRun } from '../../adapters/evidence/verify-run.ts';
import { jsonText } from '../output/json.ts';

export interface VerifyOptions {
  readonly dir: string;
  readonly expectHead: string | null;
  readonly format: string | null;
}

/** Judges a run again from its raw evidence: 0 verified, 1 different, 3 when too little can be read. */
export async function verify({ dir, expectHead, format }: VerifyOptions): Promise<number> {
  const found = await verifyRun(resolve(dir), expectHead);
  process.stdout.write(format === 'json' ? jsonText('Verification', found) : textOf(found));
  return { verified: 0, different: 1, unreadable: 3 }[found.state];
}

function textOf({ state, runId, scenario, head, verdict, problems }: Verification): string {
  const what = runId === null ? '' : ` run ${runId} of ${scenario}`;
  const lines = [
    `${state}:${what}${verdict === null ? '' : `, computed again: ${verdict}`}`,
    ...problems.map((problem) => `  ${problem}`),
    ...(head === null ? [] : [`  sha256 ${head}`]),
  ];
  return `${lines.join('\n')}\n`;
}
