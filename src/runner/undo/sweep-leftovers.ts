import { LABELS } from '../../../healer/src/names.ts';
import type { UndoRecord } from '../../experiment/cluster-records/undo.ts';
import type { KubeObject, KubeRef } from '../../ports/kube.ts';
import type { UndoTarget } from '../../ports/undo-target.ts';
import { CHAOS_KINDS } from '../../scenario/model/chaos-kinds.ts';
import type { ReplayOptions } from './replay-options.ts';
import { replay } from './undo-replay.ts';

const CHAOS_API = 'chaos-mesh.org/v1alpha1';
interface SweptKind {
  readonly apiVersion: string;
  readonly kind: string;
  readonly isFault: boolean;
}

/** In this order: what repeats faults before the faults, and namespaces before what is in them. */
const SWEPT_KINDS: readonly SweptKind[] = [
  ...['Schedule', 'Workflow', ...CHAOS_KINDS].map((kind) => ({ apiVersion: CHAOS_API, kind, isFault: true })),
  { apiVersion: 'v1', kind: 'Namespace', isFault: false },
  { apiVersion: 'apps/v1', kind: 'Deployment', isFault: false },
  { apiVersion: 'v1', kind: 'Pod', isFault: false },
];

interface ContainerRecords {
  readonly experiment?: { readonly containerRecords?: readonly { readonly id: string; readonly phase: string }[] };
}

type FaultTargets = Extract<UndoRecord, { op: 'delete' }>['targets'];

/** Deletes everything that carries the run's label, known from undo records or not. Returns what could not be deleted. */
export async function sweepLeftovers(runId: string, options: ReplayOptions): Promise<unknown[]> {
  const failures: unknown[] = [];
  for (const type of SWEPT_KINDS) {
    try {
      await sweepKind(type, runId, options);
    } catch (error: unknown) {
      options.signal.throwIfAborted();
      failures.push(error);
    }
  }
  return failures;
}

async function sweepKind({ isFault, ...type }: SweptKind, runId: string, options: ReplayOptions): Promise<void> {
  const labelSelector = `${LABELS.run}=${runId}`;
  for (const object of await options.target.list({ ...type, labelSelector })) {
    const targets = isFault ? await targetsOf(object, options.target) : [];
    await replay({ op: 'delete', sequence: 0, ref: refOf(object), waitGone: true, isFault, targets }, options);
  }
}

/** Pods that the injector says it touched, should its finalizer have to be forced. */
async function targetsOf(fault: KubeObject, target: UndoTarget): Promise<FaultTargets> {
  const records = (fault.status as ContainerRecords | undefined)?.experiment?.containerRecords ?? [];
  const touched = records.filter((record) => record.phase !== 'Not Injected');
  const names = new Set(touched.map((record) => record.id.split('/').slice(0, 2).join('/')));
  const pods = await Promise.all([...names].map((name) => findPod(name, target)));
  return pods.flat();
}

async function findPod(path: string, target: UndoTarget): Promise<FaultTargets> {
  const [namespace, name] = path.split('/');
  if (namespace === undefined || name === undefined) return [];
  const pod = await target.get({ apiVersion: 'v1', kind: 'Pod', namespace, name });
  return pod?.metadata.uid === undefined ? [] : [{ namespace, name, uid: pod.metadata.uid }];
}

function refOf({ apiVersion, kind, metadata }: KubeObject): KubeRef {
  const { namespace, name } = metadata;
  return { apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) };
}
