import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { V1Secret } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../healer/src/clock.ts';
import { KubeClient } from '../../healer/src/kube/client.ts';
import { actOnRelease, newest } from '../../healer/src/releases/act-release.ts';
import { planRelease } from '../../healer/src/releases/decide-release.ts';
import { HelmCommand } from '../../healer/src/releases/helm-command.ts';
import type { ReleaseRevision } from '../../healer/src/releases/secrets/release.ts';
import { decodeRelease } from '../../healer/src/releases/secrets/release-secret.ts';
import { packRelease } from '../../healer/test/fakes/release-secrets.ts';
import { ApiServer, findPrograms } from '../real-cluster/api-server.ts';
import { findHelm } from '../real-cluster/find-helm.ts';

const run = promisify(execFile);
const programs = findPrograms();
const helm = findHelm();
const missing =
  typeof programs === 'string' ? programs : typeof helm === 'string' ? undefined : 'no helm was found or built';
if (missing !== undefined) process.stderr.write(`skipped: Helm's own releases: ${missing}\n`);

const CHART = {
  'Chart.yaml': 'apiVersion: v2\nname: small\nversion: 0.1.0\n',
  'values.yaml': 'image: good\nhook: false\n',
  'templates/deployment.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: {name: {{ .Release.Name }}}
spec:
  selector: {matchLabels: {app: {{ .Release.Name }}}}
  template:
    metadata: {labels: {app: {{ .Release.Name }}}}
    spec: {containers: [{name: a, image: {{ .Values.image | quote }}}]}
`,
  'templates/hook.yaml': `{{- if .Values.hook }}
apiVersion: batch/v1
kind: Job
metadata: {name: {{ .Release.Name }}-hook, annotations: {helm.sh/hook: pre-upgrade}}
spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: a}]}}}
{{- end }}
`,
};
const RULES = { uninstallPendingInstall: false, giveUpAfter: 3 };

describe.skipIf(missing !== undefined)('releases that the real helm made on a real API server', () => {
  let server: ApiServer;
  let api: KubeClient;
  let folder: string;
  let kubeconfig: string;
  let command: HelmCommand;

  beforeAll(async () => {
    if (typeof programs === 'string' || helm === undefined) throw new Error('unreachable');
    server = await ApiServer.start(programs);
    api = new KubeClient(server.kubeConfig());
    kubeconfig = await server.kubeConfigFile('helm', 'admin-token');
    folder = await mkdtemp(join(tmpdir(), 'healproof-helm-'));
    await mkdir(join(folder, 'chart', 'templates'), { recursive: true });
    for (const [path, text] of Object.entries(CHART)) await writeFile(join(folder, 'chart', path), text);
    command = helmWith(helm);
  }, 60_000);

  afterAll(async () => {
    await server?.stop();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  const helmWith = (program: string, timeoutMs = 20_000): HelmCommand =>
    new HelmCommand({ program, timeoutMs, home: folder, environment: { ...process.env, KUBECONFIG: kubeconfig } });

  const upgrade = (release: string, ...more: string[]) =>
    run(helm ?? '', ['upgrade', '--install', release, join(folder, 'chart'), '--namespace', 'default', ...more], {
      env: { ...process.env, KUBECONFIG: kubeconfig, HOME: folder },
    });

  async function history(release: string): Promise<ReleaseRevision[]> {
    const decoded = (await api.readRelease('default', release)).map(decodeRelease);
    const revisions = decoded.flatMap((each) => (each.ok ? [each.revision] : []));
    expect(revisions).toHaveLength(decoded.length);
    return revisions.sort((a, b) => b.revision - a.revision);
  }

  async function rollBack(
    release: string,
    condition: 'ReleaseUnready' | 'ReleaseFailed' | 'ReleasePending',
    by = command,
  ) {
    const plan = planRelease({
      condition,
      history: await history(release),
      isKnownGood: ({ revision }) => revision === 1,
      rules: RULES,
    });
    if (plan.kind === 'leave') return plan;
    return actOnRelease({ api, helm: by, clock: systemClock }, plan, () => true);
  }

  /** A pre-upgrade hook that nobody runs keeps helm waiting, so that it can be killed half-way. */
  async function killHalfWay(release: string): Promise<void> {
    const args = ['upgrade', release, join(folder, 'chart'), '--namespace', 'default', '--set', 'image=new,hook=true'];
    const child = execFile(helm ?? '', args, { env: { ...process.env, KUBECONFIG: kubeconfig, HOME: folder } });
    await expect.poll(async () => (await history(release))[0]?.status, { timeout: 15_000 }).toBe('pending-upgrade');
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }

  it('decodes what helm wrote', async () => {
    await upgrade('plain');
    expect(await history('plain')).toMatchObject([
      { release: 'plain', namespace: 'default', revision: 1, status: 'deployed', rollback: false, manager: undefined },
    ]);
    expect((await history('plain'))[0]?.workloads).toMatchObject([
      { kind: 'Deployment', namespace: 'default', name: 'plain', labels: { app: 'plain' } },
    ]);
  });

  it('packs a release so that helm reads it', async () => {
    await upgrade('packed');
    const [secret] = await api.readRelease('default', 'packed');
    const text = Buffer.from(secret?.data?.release ?? '', 'base64').toString('latin1');
    const { gunzipSync } = await import('node:zlib');
    const body = JSON.parse(gunzipSync(Buffer.from(text, 'base64')).toString());
    const patched = {
      ...secret,
      data: { release: packRelease({ ...body, info: { ...body.info, status: 'failed' } }) },
    };
    await replaceSecret(patched as V1Secret);
    const { stdout } = await run(helm ?? '', ['list', '--all', '--output', 'json', '--filter', 'packed'], {
      env: { ...process.env, KUBECONFIG: kubeconfig, HOME: folder },
    });
    expect(JSON.parse(stdout)).toMatchObject([{ name: 'packed', status: 'failed' }]);
    expect((await history('packed'))[0]?.status).toBe('failed');
  });

  it('rolls a bad upgrade back and does not roll the rollback back', async () => {
    await upgrade('bad');
    await upgrade('bad', '--set', 'image=broken');
    expect(await rollBack('bad', 'ReleaseUnready')).toMatchObject({ kind: 'accepted', generation: 3 });
    const [latest, , first] = await history('bad');
    expect(latest).toMatchObject({ revision: 3, status: 'deployed', rollback: true, content: first?.content });
    expect(await image('bad')).toBe('good');
    expect(await rollBack('bad', 'ReleaseUnready')).toMatchObject({ kind: 'leave', why: 'gave-up' });
  });

  it('unlocks an upgrade that was killed half-way, so that the next one goes through', async () => {
    await upgrade('locked');
    await killHalfWay('locked');
    await expect(upgrade('locked')).rejects.toThrow(/another operation/);
    expect(await rollBack('locked', 'ReleasePending')).toMatchObject({ kind: 'accepted', generation: 3 });
    await upgrade('locked', '--set', 'image=newer');
    expect(await image('locked')).toBe('newer');
  });

  it('does not touch a release that its user changed in between', async () => {
    await upgrade('moved');
    await upgrade('moved', '--set', 'image=broken');
    const plan = planRelease({
      condition: 'ReleaseUnready',
      history: await history('moved'),
      isKnownGood: ({ revision }) => revision === 1,
      rules: RULES,
    });
    await upgrade('moved', '--set', 'image=mended');
    if (plan.kind === 'leave') throw new Error(plan.reason);
    const outcome = await actOnRelease({ api, helm: command, clock: systemClock }, plan, () => true);
    expect(outcome).toMatchObject({ kind: 'refused', refusal: 'StaleWatch' });
    expect(await image('moved')).toBe('mended');
  });

  it('does not act when its lease is gone at the last moment', async () => {
    await upgrade('leased');
    await upgrade('leased', '--set', 'image=broken');
    const plan = planRelease({
      condition: 'ReleaseUnready',
      history: await history('leased'),
      isKnownGood: ({ revision }) => revision === 1,
      rules: RULES,
    });
    if (plan.kind === 'leave') throw new Error(plan.reason);
    const outcome = await actOnRelease({ api, helm: command, clock: systemClock }, plan, () => false);
    expect(outcome).toMatchObject({ kind: 'refused', refusal: 'NotMyShard' });
    expect(await history('leased')).toHaveLength(2);
  });

  it('says plainly that helm refused, and that nothing was touched', async () => {
    await upgrade('refused');
    const [latest] = await history('refused');
    if (latest === undefined) throw new Error('no release');
    const plan = { kind: 'rollback', from: latest, to: { ...latest, revision: 7 }, reason: '' } as const;
    const outcome = await actOnRelease({ api, helm: command, clock: systemClock }, plan, () => true);
    expect(outcome).toMatchObject({ kind: 'failed', unsure: false });
    expect(outcome.kind === 'failed' ? outcome.reason : '').toMatch(/helm ended with 1: Error: .*no 7 version/);
  });

  it('ends a helm that hangs, reaps it, and sees that nothing was touched', async () => {
    await upgrade('slow');
    await upgrade('slow', '--set', 'image=broken');
    const program = join(folder, 'hanging-helm');
    await writeFile(program, '#!/bin/sh\ntrap "" TERM\necho $$ > "$HOME/pid"\nexec tail -f /dev/null\n');
    await chmod(program, 0o755);
    const outcome = await rollBack('slow', 'ReleaseUnready', helmWith(program, 200));
    expect(outcome).toMatchObject({ kind: 'failed', unsure: false });
    expect('reason' in outcome ? outcome.reason : '').toMatch(/took too long/);
    const { readFile } = await import('node:fs/promises');
    const pid = Number(await readFile(join(folder, 'pid'), 'utf8'));
    expect(() => process.kill(pid, 0)).toThrow(/ESRCH/);
  });

  it('says that there is no helm', async () => {
    await upgrade('none');
    await upgrade('none', '--set', 'image=broken');
    const outcome = await rollBack('none', 'ReleaseUnready', helmWith(join(folder, 'no-such-helm')));
    expect(outcome).toMatchObject({ kind: 'failed', unsure: false, retryAfterMs: 60_000 });
  });

  it('finds the newest revision by number, not by text', async () => {
    for (let revision = 1; revision <= 11; revision += 1)
      await upgrade('many', '--set', `image=i${revision}`, '--history-max', '0');
    expect((await newest(api, { namespace: 'default', release: 'many' }))?.number).toBe(11);
  });

  async function image(release: string): Promise<string | undefined> {
    const found = await api.readWorkload({ kind: 'Deployment', namespace: 'default', name: release });
    return found?.spec?.template.spec?.containers[0]?.image;
  }

  async function replaceSecret(secret: V1Secret): Promise<void> {
    const { CoreV1Api } = await import('@kubernetes/client-node');
    const { name = '', namespace = '' } = secret.metadata ?? {};
    await server.kubeConfig().makeApiClient(CoreV1Api).replaceNamespacedSecret({ name, namespace, body: secret });
  }
});
