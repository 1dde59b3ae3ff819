import { HarnessError } from '../../src/errors.ts';
import type { Kube, KubeRef } from '../../src/ports/kube.ts';
import type { LabInfo, LabState } from '../../src/ports/lab.ts';
import type { LabSettings } from '../components/lab-settings.ts';
import { missingOf } from '../components/rollout.ts';
import type { Docker, NodeContainer } from './docker.ts';
import { type Deployed, type LabFolder, readDeployed } from './lab-state.ts';
import { type Owner, ownerOf } from './ownership.ts';
import { runInProgress } from './run-in-progress.ts';

/** What was found of a lab, without changing anything. */
export interface LabInspection {
  readonly state: LabState;
  readonly details: readonly string[];
  readonly owner: Owner;
  readonly containers: readonly NodeContainer[];
  /** Null until kind had made the whole cluster. */
  readonly info: LabInfo | null;
  /** Null where the API server does not answer. */
  readonly kube: Kube | null;
  readonly deployed: Deployed | null;
  readonly run: string | null;
}

/** Needed by everything, deployed by kind itself. */
const DNS: KubeRef = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'kube-system', name: 'coredns' };

export async function inspectLab(
  site: LabSettings,
  docker: Docker,
  folder: LabFolder,
  signal: AbortSignal,
): Promise<LabInspection> {
  const containers = await docker.nodesOf(site.clusterName);
  const owner = ownerOf(containers, folder.mark);
  const none = { owner, containers, info: null, kube: null, deployed: null, run: null, details: [] };
  if (owner.owner === 'nobody') return { ...none, state: 'absent' };
  if (owner.owner !== 'us') return { ...none, state: 'foreign' };
  const info = await folder.readInfo();
  if (info === null) return { ...none, state: 'unfinished', details: ['making the cluster was interrupted'] };
  const seen = { ...none, info };
  const gone = info.nodes.filter(({ container }) => !containers.some(({ name }) => name === container));
  if (gone.length > 0) return { ...seen, state: 'broken', details: gone.map(({ name }) => `node ${name} is gone`) };
  const asleep = containers.filter(({ isRunning, isPaused }) => !isRunning || isPaused);
  if (asleep.length > 0) {
    const details = asleep.map(({ name, isPaused }) => `${name} is ${isPaused ? 'paused' : 'stopped'}`);
    return { ...seen, state: 'stopped', details, run: await runNow(site, info, signal) };
  }
  return inspectCluster(site, seen, info, signal);
}

/** A run may itself have stopped a node; where the API server is down with it, nobody can tell. */
async function runNow(site: LabSettings, { kubeconfigPath }: LabInfo, signal: AbortSignal): Promise<string | null> {
  try {
    return await runInProgress(site.connect(kubeconfigPath), { ...site, signal });
  } catch (error: unknown) {
    if (isNoAnswer(error)) return null;
    throw error;
  }
}

function isNoAnswer(error: unknown): error is HarnessError {
  return error instanceof HarnessError && error.code === 'KUBERNETES';
}

async function inspectCluster(
  site: LabSettings,
  seen: Omit<LabInspection, 'state'>,
  info: LabInfo,
  signal: AbortSignal,
): Promise<LabInspection> {
  try {
    const kube = site.connect(info.kubeconfigPath);
    const [deployed, run] = await Promise.all([readDeployed(kube), runInProgress(kube, { ...site, signal })]);
    const found = { ...seen, kube, deployed, run };
    if (deployed === null) return { ...found, state: 'unfinished', details: ['not everything was deployed'] };
    const workloads = Object.values(deployed.components).flatMap((component) => component.workloads.map(toRef));
    const nodes = info.nodes.map(({ name }) => name);
    const details = await missing(site, kube, { nodes, workloads, ways: waysOf(info) }, signal);
    return { ...found, state: details.length === 0 ? 'ready' : 'broken', details };
  } catch (error: unknown) {
    if (!isNoAnswer(error)) throw error;
    return { ...seen, state: 'broken', details: [error.message] };
  }
}

function toRef({
  apiVersion,
  kind,
  name,
  namespace,
}: { namespace?: string | undefined } & Omit<KubeRef, 'namespace'>): KubeRef {
  return { apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) };
}

export interface Expected {
  readonly nodes: readonly string[];
  readonly workloads: readonly KubeRef[];
  readonly ways: readonly Way[];
}

/** Something that has to be reached without the API server. */
interface Way {
  readonly what: string;
  readonly url: string;
  readonly health: string;
}

export function waysOf({ prometheusUrl, receiverUrl }: LabInfo): Way[] {
  const prometheus = { what: 'Prometheus', url: prometheusUrl, health: '/-/ready' };
  return receiverUrl === undefined
    ? [prometheus]
    : [prometheus, { what: 'the receiver', url: receiverUrl, health: '/healthz' }];
}

/** What is not yet, or no longer, as it should be: nodes, pods, the ways in. Empty when the lab can be used. */
export async function missing(
  site: LabSettings,
  kube: Kube,
  { nodes: expected, workloads, ways }: Expected,
  signal: AbortSignal,
): Promise<string[]> {
  const [nodes, objects, closed] = await Promise.all([
    kube.list({ apiVersion: 'v1', kind: 'Node' }),
    Promise.all([DNS, ...workloads].map(async (ref) => ({ ref, object: await kube.get(ref) }))),
    Promise.all(ways.map(async (way) => ((await site.answers(`${way.url}${way.health}`, signal)) ? [] : [way]))),
  ]);
  const workloadProblems = objects.map(({ ref, object }) => {
    return object === null ? `${ref.kind} ${ref.name} is gone` : missingOf(object);
  });
  // kind calls a cluster made although a kubelet that keeps crashing never joined.
  const absent = expected.filter((name) => !nodes.some(({ metadata }) => metadata.name === name));
  const nodeProblems = [...absent.map((name) => `${name} has not joined`), ...nodes.map(missingOf)];
  const problems = [...nodeProblems, ...workloadProblems].filter((problem) => problem !== null);
  return [...problems, ...closed.flat().map(({ what, url }) => `${what} does not answer at ${url}`)];
}
