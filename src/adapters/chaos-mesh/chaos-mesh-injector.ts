import { LABELS } from '../../../healer/src/names.ts';
import { FaultError, KubernetesError } from '../../errors.ts';
import { DEAD_MAN } from '../../experiment/cluster-records/undo.ts';
import type { FaultObservation, InjectorEvent } from '../../experiment/evidence/evidence.ts';
import type { FaultInjector, InjectorState } from '../../ports/fault-injector.ts';
import type { Kube, KubeObject, KubeRef } from '../../ports/kube.ts';

const API_VERSION = 'chaos-mesh.org/v1alpha1';
const PAUSE_ANNOTATION = 'experiment.chaos-mesh.org/pause';

interface ContainerRecord {
  readonly id: string;
  readonly events?: readonly {
    readonly operation: 'Apply' | 'Recover';
    readonly type: 'Succeeded' | 'Failed';
    readonly timestamp: string;
    readonly message?: string;
  }[];
}
interface ChaosStatus {
  readonly experiment?: { readonly desiredPhase?: string; readonly containerRecords?: readonly ContainerRecord[] };
}

/** Where an experiment stands; no cluster is needed to say so. */
export function chaosMeshRef(objectId: string, kind: string): KubeRef {
  return { apiVersion: API_VERSION, kind, namespace: DEAD_MAN.namespace, name: `healproof-${objectId}` };
}

/** Chaos Mesh as the fault injector: one experiment object per fault, in healproof's own namespace. */
export class ChaosMeshInjector implements FaultInjector {
  readonly #kube: Kube;

  constructor(kube: Kube) {
    this.#kube = kube;
  }

  refOf(objectId: string, kind: string): KubeRef {
    return chaosMeshRef(objectId, kind);
  }

  async inject(runId: string, ref: KubeRef, spec: Readonly<Record<string, unknown>>): Promise<void> {
    const { apiVersion, kind, namespace, name } = ref;
    const metadata = { name, namespace, labels: { [LABELS.run]: runId } };
    try {
      await this.#kube.create({ apiVersion, kind, metadata, spec });
    } catch (error: unknown) {
      if (!(error instanceof KubernetesError)) throw error;
      throw new FaultError(`Chaos Mesh refused the fault: ${error.message}`, { cause: error });
    }
  }

  async observe(ref: KubeRef): Promise<InjectorState> {
    const atMs = Date.now();
    try {
      const object = await this.#kube.get(ref);
      if (object === null) return { observation: { atMs, state: 'gone' }, events: [], message: null };
      return { observation: { atMs, state: stateOf(object) }, events: eventsOf(object), message: failureOf(object) };
    } catch (error: unknown) {
      if (!(error instanceof KubernetesError)) throw error;
      return { observation: { atMs, state: 'unknown' }, events: [], message: error.message };
    }
  }
}

function stateOf(object: KubeObject): FaultObservation['state'] {
  const status = object.status as ChaosStatus | undefined;
  if (object.metadata.deletionTimestamp !== undefined) return 'ending';
  if (object.metadata.annotations?.[PAUSE_ANNOTATION] === 'true') return 'ending';
  return status?.experiment?.desiredPhase === 'Stop' ? 'ending' : 'in-force';
}

function recordsOf(object: KubeObject): readonly ContainerRecord[] {
  return (object.status as ChaosStatus | undefined)?.experiment?.containerRecords ?? [];
}

function eventsOf(object: KubeObject): InjectorEvent[] {
  return recordsOf(object).flatMap((record) =>
    (record.events ?? []).map((event) => ({
      target: record.id,
      operation: event.operation,
      outcome: event.type,
      atMs: Date.parse(event.timestamp),
      message: event.message ?? '',
    })),
  );
}

function failureOf(object: KubeObject): string | null {
  const failures = eventsOf(object).filter((event) => event.outcome === 'Failed');
  return failures.at(-1)?.message ?? null;
}
