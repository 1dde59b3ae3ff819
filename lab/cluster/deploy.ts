import { WaitTimeoutError } from '../../src/errors.ts';
import type { Kube, KubeObject } from '../../src/ports/kube.ts';
import type { LabInfo } from '../../src/ports/lab.ts';
import type { ProgressStep } from '../../src/ports/progress.ts';
import { ensureAlertSecrets } from '../components/alert-secrets.ts';
import type { Component } from '../components/components.ts';
import { Helm } from '../components/helm.ts';
import { refOf } from '../components/manifests.ts';
import type { CreateLabParts } from './create-parts.ts';
import { missing, waysOf } from './inspect.ts';

const READY_MS = 240_000;
const LOOK_EVERY_MS = 500;
const ESTABLISH_MS = 30_000;

type Parts = Pick<CreateLabParts, 'site' | 'folder' | 'tools' | 'options'>;

/** Brings components into a cluster, all at once: none of them needs another to be running. */
export async function deploy(kube: Kube, components: readonly Component[], parts: Parts): Promise<void> {
  if (components.length === 0) return;
  const { site, options } = parts;
  const step = options.progress.begin(`Deploying ${components.map(({ name }) => name).join(', ')}`);
  for (const namespace of components.flatMap(({ namespaces }) => namespaces)) await kube.apply(namespace);
  await ensureAlertSecrets(kube, site);
  for (const kind of components.flatMap(({ kinds }) => kinds)) await establish(kube, kind, parts);
  try {
    await installAll(kube, components, parts);
    step.done();
  } catch (error: unknown) {
    step.failed('not deployed');
    throw error;
  }
}

/** The first that fails stops the others, and is what is told. */
async function installAll(
  kube: Kube,
  components: readonly Component[],
  { site, folder, tools, options }: Parts,
): Promise<void> {
  const helm = new Helm(site.run, tools.helm, folder.kubeconfig);
  const oneFailed = new AbortController();
  const signal = AbortSignal.any([options.signal, oneFailed.signal]);
  const installed = await Promise.allSettled(
    components.map((component) =>
      component.install(kube, helm, signal).catch((error: unknown) => {
        oneFailed.abort(error);
        throw error;
      }),
    ),
  );
  if (installed.some(({ status }) => status === 'rejected')) throw oneFailed.signal.reason;
}

/** Objects of a kind are refused until the API server serves it. */
async function establish(kube: Kube, kind: KubeObject, { site, options }: Parts): Promise<void> {
  await kube.apply(kind);
  await site.wait(
    `the kind ${kind.metadata.name}`,
    async () => {
      const found = await kube.get(refOf(kind));
      return isEstablished(found) ? { done: true, value: true } : { done: false, seen: 'not established' };
    },
    { timeoutMs: ESTABLISH_MS, everyMs: LOOK_EVERY_MS, signal: options.signal },
  );
}

/** Until all nodes, pods and ways in are as they should be. @throws WaitTimeoutError. */
export async function waitReady(
  kube: Kube,
  components: readonly Component[],
  info: LabInfo,
  { site, options }: Parts,
): Promise<void> {
  const nodes = info.nodes.map(({ name }) => name);
  const workloads = components.flatMap((component) => component.workloads);
  const step = options.progress.begin('Waiting until everything is ready');
  try {
    await site.wait(
      'the lab',
      async () => {
        const problems = await missing(site, kube, { nodes, workloads, ways: waysOf(info) }, options.signal);
        return problems.length === 0 ? { done: true, value: true } : { done: false, seen: tell(step, problems) };
      },
      { timeoutMs: READY_MS, everyMs: LOOK_EVERY_MS, signal: options.signal },
    );
    step.done();
  } catch (error: unknown) {
    step.failed(error instanceof WaitTimeoutError ? error.message : 'not ready');
    throw error;
  }
}

function isEstablished(kind: KubeObject | null): boolean {
  const conditions = Object(kind?.status).conditions ?? [];
  return conditions.some(
    ({ type, status }: { type: string; status: string }) => type === 'Established' && status === 'True',
  );
}

function tell(step: ProgressStep, problems: readonly string[]): string {
  const text = problems.join(', ');
  step.update(text);
  return text;
}
