import { LABELS } from '../../healer/src/names.ts';
import { DEAD_MAN } from '../../src/experiment/cluster-records/undo.ts';
import type { Kube, KubeObject } from '../../src/ports/kube.ts';

const ROLE = 'janitor-report';
const KEEP_REPORTS = 20;
const KEEP_LINES = 200;

/** What the janitor did about one abandoned run, kept in a ConfigMap for whoever comes back to it. */
export interface RevertReport {
  readonly runId: string;
  /** Why it stepped in. */
  readonly because: string;
  readonly state: 'working' | 'done';
  readonly attempts: number;
  readonly startedAtMs: number;
  readonly updatedAtMs: number;
  readonly actions: readonly ReportLine[];
  /** Failures of every attempt; with `done` they were overcome. */
  readonly errors: readonly ReportLine[];
}

export interface ReportLine {
  readonly atMs: number;
  readonly attempt: number;
  readonly message: string;
}

/** Name of the ConfigMap that tells what became of a run. */
function reportName(runId: string): string {
  return `healproof-janitor-${runId}`;
}

export async function writeReport(kube: Kube, report: RevertReport): Promise<void> {
  const bounded = { ...report, actions: lastOf(report.actions), errors: lastOf(report.errors) };
  await kube.apply({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      namespace: DEAD_MAN.namespace,
      name: reportName(report.runId),
      labels: { [LABELS.run]: report.runId, [LABELS.role]: ROLE },
    },
    data: { 'report.json': JSON.stringify(bounded, null, 2) },
  });
}

/** Deletes all but the newest reports. */
export async function pruneReports(kube: Kube): Promise<void> {
  const labelSelector = `${LABELS.role}=${ROLE}`;
  const query = { apiVersion: 'v1', kind: 'ConfigMap', namespace: DEAD_MAN.namespace, labelSelector };
  const createdAt = ({ metadata }: KubeObject): number => Date.parse(metadata.creationTimestamp ?? '') || Infinity;
  const reports = (await kube.list(query)).sort((a, b) => createdAt(b) - createdAt(a) || 0);
  for (const { metadata } of reports.slice(KEEP_REPORTS)) {
    await kube.remove({ apiVersion: 'v1', kind: 'ConfigMap', namespace: DEAD_MAN.namespace, name: metadata.name });
  }
}

function lastOf(lines: readonly ReportLine[]): readonly ReportLine[] {
  return lines.slice(-KEEP_LINES);
}
