import type { Leak } from '../experiment/evidence/evidence.ts';
import type { ControlExpectation } from '../experiment/result/control.ts';
import { exitCodeOf } from '../experiment/result/exit-code.ts';
import type { RunRecord } from '../experiment/run-record/run-record.ts';
import { judge } from '../experiment/verdict/verdict.ts';
import type { LiveFaults } from './run/live-fault.ts';
import type { RunDraft } from './run-draft.ts';

/** What belongs to a run besides what it found out. Times are epoch milliseconds. */
export interface RunFrame {
  readonly runId: string;
  readonly seed: number;
  readonly control: ControlExpectation | undefined;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly steps: RunRecord['steps'];
  readonly leaks: readonly Leak[];
  readonly cleanupErrors: readonly string[];
}

/** Judges what was found out and puts it into the record that everybody reads. */
export function recordOf(draft: RunDraft, { control, leaks, cleanupErrors, ...frame }: RunFrame): RunRecord {
  const evidence = draft.evidence();
  const { live, skippedBecause, environment, collected } = draft;
  const judgement = skippedBecause === null ? judge(evidence) : null;
  const made = control === undefined ? {} : { control };
  const findings = { skippedBecause, judgement, leaks, cleanupErrors, ...made };
  return {
    schemaVersion: 1,
    ...frame,
    exitCode: exitCodeOf(findings),
    ...findings,
    evidence,
    environment,
    manifests: live === null ? null : manifestsOf(live),
    healerLog: collected?.healerLog ?? [],
  };
}

function manifestsOf({ fault, parts }: LiveFaults): RunRecord['manifests'] {
  const specs = parts.map((part) => part.plan.spec);
  const [first] = specs;
  if (first === undefined) return null;
  return { authored: fault, injected: fault.type === 'sequence' ? specs : first };
}
