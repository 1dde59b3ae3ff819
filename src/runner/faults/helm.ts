import { LABELS } from '../../../healer/src/names.ts';
import { FaultError } from '../../errors.ts';
import type { PodTarget, ReleaseTarget } from '../../experiment/evidence/evidence.ts';
import type { Release, ReleaseChange } from '../../ports/releases.ts';
import type { HelmFault } from '../../scenario/model/fault.ts';
import type { RunContext } from '../run/run-context.ts';
import { type Draw, type FaultRunner, NOTHING, type Prediction } from './shared/fault-runner.ts';
import { mustFit } from './shared/must-fit.ts';
import { ownInjection } from './shared/own-injection.ts';
import type { PreparedFault } from './shared/prepared.ts';
import { stillStanding } from './shared/still-standing.ts';
import { podsOf } from './shared/touched-pods.ts';

const RELEASE_ANNOTATION = 'meta.helm.sh/release-name';
const WORKLOADS = ['Deployment', 'StatefulSet', 'DaemonSet'];

/**
 * Only releases in a namespace that this run made are touched: there the janitor, which has no Helm, takes everything
 * back by deleting the namespace.
 */
export const helm: FaultRunner<HelmFault> = { predict, prepare, leftovers: (_context, live) => stillStanding(live) };

async function predict(fault: HelmFault): Promise<Prediction> {
  const { action, namespace, release, chart, killAfterMs } = fault;
  const end = action === 'killUpgrade' ? `, and kill that after ${killAfterMs} ms` : '';
  return { ...NOTHING, changes: [`upgrade the release ${namespace}/${release} to its chart ${chart}${end}`] };
}

async function prepare(context: RunContext, fault: HelmFault, { seed }: Draw): Promise<PreparedFault> {
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
  return {
    fault,
    plan: { seed, kind: `helm ${action}`, spec, targets: [target], peers: [], touched, nodes: [] },
    protect: async () =>
      context.undoStack.undoHere(`roll ${release.name} back to revision ${release.revision}`, (undoSignal) =>
        ports.releases.rollback(release.namespace, release.name, release.revision, undoSignal),
      ),
    ...ownInjection({
      clock: ports.clock,
      targets: [target],
      act: () =>
        action === 'upgrade'
          ? ports.releases.upgrade(change, signal)
          : ports.releases.killUpgrade(change, killAfterMs, signal),
      stands: () => stands(context, fault, release.revision),
    }),
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

/** While the newest revision is the one that the fault made. */
async function stands({ ports }: RunContext, fault: HelmFault, before: number): Promise<boolean> {
  const now = await ports.releases.find(fault.namespace, fault.release);
  const isStuck = fault.action === 'upgrade' || now?.status === 'pending-upgrade';
  return now?.revision === before + 1 && isStuck;
}
