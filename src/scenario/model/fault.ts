import type { Tolerance } from './tolerance.ts';

/** The author's own witness: out of tolerance before the injection, in tolerance once the fault bites. */
export interface AuthorWitness {
  /** PromQL that must return exactly one sample. */
  readonly query: string;
  readonly tolerance: Tolerance;
}

interface Witnessed {
  readonly witness?: AuthorWitness;
}

export interface ChaosMeshFault extends Witnessed {
  readonly type: 'chaosMesh';
  /** Chaos Mesh kind, e.g. `NetworkChaos`. */
  readonly kind: string;
  /** The experiment's spec, verbatim. */
  readonly spec: Readonly<Record<string, unknown>>;
  /** The fault's own duration, null for a one-shot fault such as pod-kill. */
  readonly durationMs: number | null;
}

/** One object by its name, or one of those that carry the labels, drawn by the run's seed. */
export interface ObjectQuery {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

export type Manifest = Readonly<Record<string, unknown>>;

/** One change to one object, through the API server. */
export type KubernetesChange =
  | { readonly verb: 'apply'; readonly manifest: Manifest }
  | {
      readonly verb: 'patch';
      readonly object: ObjectQuery;
      readonly patchType: 'strategic' | 'merge';
      readonly patch: Manifest;
    }
  | { readonly verb: 'scale'; readonly object: ObjectQuery; readonly replicas: number }
  | { readonly verb: 'delete'; readonly object: ObjectQuery };

/** A change that stays until it is taken back; a deletion happens once. */
export interface KubernetesFault extends Witnessed {
  readonly type: 'kubernetes';
  readonly change: KubernetesChange;
  readonly durationMs: null;
}

/** A Helm release of the scenario's workload, upgraded for the worse. */
export interface HelmFault extends Witnessed {
  readonly type: 'helm';
  /** `killUpgrade` leaves the release half-way, in `pending-upgrade`. */
  readonly action: 'upgrade' | 'killUpgrade';
  readonly release: string;
  readonly namespace: string;
  /** Folder of the chart below the workload's folder. */
  readonly chart: string;
  readonly values: Manifest;
  /** How long an upgrade runs before it is killed; 0 for one that is not. */
  readonly killAfterMs: number;
  readonly durationMs: null;
}

/** Which worker is hit; one of those that fit, drawn by the run's seed. */
export interface NodeQuery {
  readonly name?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** Only nodes on which such a pod runs. */
  readonly runs?: { readonly namespace: string; readonly labels: Readonly<Record<string, string>> };
}

export const NODE_ACTIONS = ['pause', 'restart', 'reboot', 'drain', 'stopKubelet'] as const;
export type NodeAction = (typeof NODE_ACTIONS)[number];

export interface NodeFault extends Witnessed {
  readonly type: 'node';
  readonly action: NodeAction;
  readonly node: NodeQuery;
  /** How long a node stays as the fault made it; null for actions that take no duration. */
  readonly durationMs: number | null;
}

export type SingleFault = ChaosMeshFault | KubernetesFault | HelmFault | NodeFault;
/** The kinds of fault. Whatever is registered by it must be there for each of them. */
export type FaultType = SingleFault['type'];
export type FaultOf<Type extends FaultType> = Extract<SingleFault, { readonly type: Type }>;

export interface SequenceStep {
  /** After the first fault was asked for. */
  readonly afterMs: number;
  readonly fault: SingleFault;
}

/** Several faults that belong together; each must be recovered from, with all of them in force until the last one is. */
export interface SequenceFault {
  readonly type: 'sequence';
  readonly steps: readonly SequenceStep[];
}

export type Fault = SingleFault | SequenceFault | { readonly type: 'none' };

/** The faults that it consists of, with their times after the first. */
export function stepsOf(fault: Fault): readonly SequenceStep[] {
  if (fault.type === 'none') return [];
  return fault.type === 'sequence' ? fault.steps : [{ afterMs: 0, fault }];
}

/** How long after the first fault the last one is asked for, ms; 0 where there is no more than one. */
export function lastAfterMs(fault: Fault): number {
  return Math.max(0, ...stepsOf(fault).map(({ afterMs }) => afterMs));
}

/** How long after the first fault was asked for the first of them ends by itself, ms; null where none does. */
export function ownEndMs(fault: Fault): number | null {
  const ends = stepsOf(fault).flatMap(({ afterMs, fault: { durationMs } }) =>
    durationMs === null ? [] : [afterMs + durationMs],
  );
  return ends.length === 0 ? null : Math.min(...ends);
}
