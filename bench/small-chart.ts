import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

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
spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: slow}]}}}
{{- end }}
`;

/** Writes a chart of one Deployment, whose image says whether it works, into a new folder; resolves with the folder. */
export async function writeSmallChart(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'healproof-releases-'));
  await mkdir(join(folder, 'templates'));
  await writeFile(join(folder, 'Chart.yaml'), 'apiVersion: v2\nname: small\nversion: 0.1.0\n');
  await writeFile(join(folder, 'values.yaml'), 'image: good\nhook: false\n');
  await writeFile(join(folder, 'templates', 'deployment.yaml'), DEPLOYMENT);
  await writeFile(join(folder, 'templates', 'hook.yaml'), HOOK);
  return folder;
}
