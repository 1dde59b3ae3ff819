import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { KubernetesObject } from '@kubernetes/client-node';
import { API_VERSION } from '../../healer/src/names.ts';

const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata: {name: {{ .Release.Name }}}
spec:
  replicas: 2
  progressDeadlineSeconds: 60
  strategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}
  selector: {matchLabels: {app: {{ .Release.Name }}}}
  template:
    metadata: {labels: {app: {{ .Release.Name }}, part: releases}}
    spec: {containers: [{name: a, image: {{ .Values.image | quote }}}]}
`;
/** A hook that never ends keeps its client waiting, and the release locked. */
const HOOK = `{{- if .Values.hook }}
apiVersion: batch/v1
kind: Job
metadata: {name: {{ .Release.Name }}-hook, annotations: {helm.sh/hook: pre-upgrade}}
spec: {template: {metadata: {labels: {part: hook}}, spec: {restartPolicy: Never, containers: [{name: a, image: slow}]}}}
{{- end }}
`;

/** Writes a chart of one Deployment, whose image says whether it works, into a folder that is made for it. */
export async function writeSmallChart(folder: string): Promise<void> {
  await mkdir(join(folder, 'templates'), { recursive: true });
  await writeFile(join(folder, 'Chart.yaml'), 'apiVersion: v2\nname: small\nversion: 0.1.0\n');
  await writeFile(join(folder, 'values.yaml'), 'image: good\nhook: false\n');
  await writeFile(join(folder, 'templates', 'deployment.yaml'), DEPLOYMENT);
  await writeFile(join(folder, 'templates', 'hook.yaml'), HOOK);
}

/** How long the policy waits for what; durations as in a policy. */
export interface ReleasePatience {
  readonly verifyWithin: string;
  readonly pendingStaleAfter: string;
  readonly readyWithin: string;
  readonly stalledAfter: string;
}

/** A policy over releases of that chart in a namespace, which leaves pods alone. */
export function releasePolicy(namespace: string, { verifyWithin, ...waits }: ReleasePatience): KubernetesObject {
  const spec = {
    namespaces: [namespace],
    selector: { matchLabels: { part: 'releases' } },
    conditions: [{ type: 'NotReady', for: '10m', startup: '10m' }],
    limits: { cooldown: '1s', budget: { actions: 1_000, per: '10m' }, verifyWithin },
    helm: { failedFor: '1s', ...waits },
  };
  return {
    apiVersion: API_VERSION,
    kind: 'ClusterHealingPolicy',
    metadata: { name: 'releases' },
    spec,
  } as KubernetesObject;
}
