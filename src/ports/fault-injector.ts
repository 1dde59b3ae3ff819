import type { FaultObservation, InjectorEvent } from '../experiment/evidence/evidence.ts';
import type { KubeRef } from './kube.ts';

export interface InjectorState {
  readonly observation: FaultObservation;
  /** Every event that the record holds now; the caller keeps those that will be rotated away. */
  readonly events: readonly InjectorEvent[];
  /** What is wrong, in the injector's words, if anything is. */
  readonly message: string | null;
}

/** Puts a planned fault into the cluster and reports what the injector says about it. */
export interface FaultInjector {
  /** Reference the fault object will have; known before it is made so that its undo can be written first. */
  refOf(objectId: string, kind: string): KubeRef;
  inject(runId: string, ref: KubeRef, spec: Readonly<Record<string, unknown>>): Promise<void>;
  observe(ref: KubeRef): Promise<InjectorState>;
}
