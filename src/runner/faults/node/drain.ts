import { FaultError, KubernetesError } from '../../../errors.ts';
import type { Kube, KubeObject, KubeRef } from '../../../ports/kube.ts';
import type { RunContext } from '../../run/run-context.ts';
import type { Undoable } from '../../undo/undo-stack.ts';
import { waitUntil } from '../../waiting/wait-until.ts';
import type { NodeActionRun } from './node-action-run.ts';
import { isBoundToNode, podsOn } from './node-pods.ts';

const EVICTION_TIMEOUT_MS = 60_000;

const refOf = (name: string): KubeRef => ({ apiVersion: 'v1', kind: 'Node', name });

export const drain: NodeActionRun = {
  isByApiServer: true,
  reaches: () => true,
  protect: (context, _fault, node) => protectCordon(context, node),
  async act(context, node) {
    await cordon(context, node);
    await evictAll(context, node);
  },
  stands: ({ kube }, node) => isCordoned(kube, node),
};

async function isCordoned(kube: Kube, node: string): Promise<boolean> {
  const { unschedulable } = ((await kube.get(refOf(node)))?.spec ?? {}) as { readonly unschedulable?: boolean };
  return unschedulable === true;
}

async function protectCordon(context: RunContext, node: string): Promise<Undoable> {
  if (await isCordoned(context.ports.kube, node)) throw new FaultError(`node ${node} is already cordoned`);
  return context.undoStack.undoLater({ op: 'patch', ref: refOf(node), patch: { spec: { unschedulable: null } } });
}

async function cordon({ ports }: RunContext, node: string): Promise<void> {
  try {
    await ports.kube.patch(refOf(node), { spec: { unschedulable: true } });
  } catch (error: unknown) {
    if (!(error instanceof KubernetesError)) throw error;
    throw new FaultError(`the API server refused the cordon: ${error.message}`, { cause: error });
  }
}

/** Asks for every pod to be evicted, again and again where a disruption budget says not yet. */
export async function evictAll(context: RunContext, node: string): Promise<void> {
  const pods = (await podsOn(context.ports.kube, node)).filter((pod) => !isBoundToNode(pod));
  await Promise.all(pods.map((pod) => evict(context, pod)));
}

async function evict({ ports, signal }: RunContext, { metadata }: KubeObject): Promise<void> {
  const { namespace = '', name, uid } = metadata;
  await waitUntil(
    async () => {
      // A StatefulSet gives the name to the next pod, on another node: that one was never meant.
      const found = await ports.kube.get({ apiVersion: 'v1', kind: 'Pod', namespace, name });
      if (found === null || found.metadata.uid !== uid) return { done: true, value: undefined };
      await ports.kube.evict(namespace, name);
      return { done: true, value: undefined };
    },
    {
      clock: ports.clock,
      what: `${namespace}/${name} to be evicted`,
      timeoutMs: EVICTION_TIMEOUT_MS,
      everyMs: 500,
      signal,
    },
  );
}
