import { LABELS } from '../../../healer/src/names.ts';
import { FaultError, KubernetesError } from '../../errors.ts';
import type { InjectorEvent, PodTarget, ReleaseTarget } from '../../experiment/evidence/evidence.ts';
import type { InjectorState } from '../../ports/fault-injector.ts';
import type { Release, ReleaseChange } from '../../ports/releases.ts';
import type { HelmFault } from '../../scenario/model/fault.ts';
import type { RunContext } from '../run/run-context.ts';
import { mustFit } from './must-fit.ts';
import { applied, type PreparedFault } from './prepared.ts';
import { podsOf } from './touched-pods.ts';

const RELEASE_ANNOTATION = 'meta.helm.sh/release-name';
const WORKLOADS = ['Deployment', 'StatefulSet', 'DaemonSet'];

/**
 * Only releases in a namespace that this run made are touched: there the janitor, which has no Helm, takes everything
 * back by deleting the namespace.
 */
export async function prepareHelm(context: RunContext, fault: HelmFault, seed: number): Promise<PreparedFault> {
  const { ports, signal } = context;
  const release = await releaseOf(context, fault);
  const change = await changeOf(context, fault);
  const touched = await podsOfRelease(context, release);
  await mustFit(context, { pods: touched, nodes: [] });
  const target: ReleaseTarget = {
    kind: 'Release',
    namespace: release.namespace,
    name: release.name,
    uid: `release ${release.namespace}/${release.name}`,
    labels: {},
    revision: release.revision,
  };
  const { action, killAfterMs } = fault;
  const spec = { action, ...change, fromRevision: release.revision, killAfterMs };
  const events: InjectorEvent[] = [];
  return {
    fault,
    plan: { seed, kind: `helm ${action}`, spec, targets: [target], peers: [], touched, nodes: [] },
    protect: async () =>
      context.ways.undoHere(`roll ${release.name} back to revision ${release.revision}`, (undoSignal) =>
        ports.releases.rollback(release.namespace, release.name, release.revision, undoSignal),
      ),
    async inject() {
      if (action === 'upgrade') await ports.releases.upgrade(change, signal);
      else await ports.releases.killUpgrade(change, killAfterMs, signal);
      events.push(...applied([target], ports.clock.now()));
    },
    observe: async () => ({ ...(await sighted(context, fault, release.revision)), events }),
  };
}

async function releaseOf({ ports, runId }: RunContext, { namespace, release: name }: HelmFault): Promise<Release> {
  const release = await ports.releases.find(namespace, name);
  if (release === null) throw new FaultError(`there is no release ${namespace}/${name}`);
  if (release.status !== 'deployed')
    throw new FaultError(`release ${namespace}/${name} is ${release.status}, not deployed`);
  const owner = await ports.kube.get({ apiVersion: 'v1', kind: 'Namespace', name: namespace });
  if (owner?.metadata.labels?.[LABELS.run] !== runId) {
    throw new FaultError(
      `namespace ${namespace} was not made by this run, so nobody could surely take the upgrade back`,
    );
  }
  return release;
}

async function changeOf({ ports, scenario }: RunContext, fault: HelmFault): Promise<ReleaseChange> {
  const chart = await ports.workloads.chart(scenario.workload ?? '', fault.chart);
  if (chart === null) throw new FaultError(`workload ${scenario.workload} has no chart ${fault.chart}`);
  return { namespace: fault.namespace, release: fault.release, chart, values: fault.values };
}

async function podsOfRelease({ ports }: RunContext, { namespace, name }: Release): Promise<PodTarget[]> {
  const lists = await Promise.all(WORKLOADS.map((kind) => ports.kube.list({ apiVersion: 'apps/v1', kind, namespace })));
  const own = lists.flat().filter((object) => object.metadata.annotations?.[RELEASE_ANNOTATION] === name);
  return (await Promise.all(own.map((object) => podsOf(ports.kube, object)))).flat();
}

/** In force while the newest revision is the one that the fault made. */
async function sighted(
  { ports }: RunContext,
  { namespace, release, action }: HelmFault,
  before: number,
): Promise<Omit<InjectorState, 'events'>> {
  const atMs = ports.clock.now();
  try {
    const now = await ports.releases.find(namespace, release);
    const isStuck = action === 'upgrade' || now?.status === 'pending-upgrade';
    const state = now?.revision === before + 1 && isStuck ? 'in-force' : 'gone';
    return { sighting: { atMs, state }, message: null };
  } catch (error: unknown) {
    if (!(error instanceof KubernetesError)) throw error;
    return { sighting: { atMs, state: 'unknown' }, message: error.message };
  }
}
