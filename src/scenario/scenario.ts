import type { ActionType, RefusalReason } from '../../healer/src/names.ts';
import type { Fault } from './fault.ts';

/** What must be true of a probe's value. */
export type Tolerance =
  | { readonly kind: 'compare'; readonly operator: '<' | '<=' | '>' | '>=' | '==' | '!='; readonly value: number }
  | { readonly kind: 'range'; readonly low: number; readonly high: number };

/** One measurable question with the answer that counts as normal. */
export interface Probe {
  readonly name: string;
  /** PromQL that must return exactly one sample. */
  readonly query: string;
  readonly tolerance: Tolerance;
  /** How long it must have held before anything is injected. */
  readonly forMs: number;
}

export type { ChaosMeshFault, Fault } from './fault.ts';

export interface BlastRadius {
  readonly namespaces: readonly string[];
  readonly maxPods: number;
  readonly maxNodes: number;
}

/** Stops the run while the condition holds for longer than `forMs`, or when its own data are missing. */
export interface AbortGuard {
  readonly query: string;
  readonly condition: Tolerance;
  readonly forMs: number;
}

export type Remediator = 'healer' | 'kubernetes' | 'none';

export interface ExpectedAction {
  readonly type: ActionType;
  /** Labels that the target must carry. */
  readonly target: Readonly<Record<string, string>>;
  readonly max: number;
}

export interface ExpectedRefusal {
  readonly reason: RefusalReason;
  /** Labels of what was spared. */
  readonly target: Readonly<Record<string, string>>;
}

export interface PhaseBudgets {
  readonly detectMs?: number;
  readonly decideMs?: number;
  readonly actMs?: number;
  readonly restoreMs?: number;
}

export interface Recovery {
  /** The recovery time objective: injection to restoration. */
  readonly withinMs: number;
  readonly stableForMs: number;
  readonly phases: PhaseBudgets;
  readonly by: Remediator;
  readonly expectActions: readonly ExpectedAction[];
  readonly forbidActions: readonly { readonly type: ActionType }[];
  /** Undefined in evidence from before there were any. */
  readonly expectRefusals?: readonly ExpectedRefusal[];
}

export const COMPONENTS = ['chaos-mesh', 'healer', 'prometheus', 'janitor'] as const;
export type Component = (typeof COMPONENTS)[number];

/** Kernel features that a scenario may ask for; `no-netem` is for controls that need a kernel without it. */
export const KERNEL_FEATURES = ['netem', 'no-netem', 'tbf', 'cgroup-v1', 'cgroup-v2'] as const;
export type KernelFeature = (typeof KERNEL_FEATURES)[number];

export interface Requirements {
  readonly nodes: number;
  readonly kernel: readonly KernelFeature[];
  readonly components: readonly Component[];
}

/** A scenario with every reference resolved and every text understood: what is run and judged. */
export interface Scenario {
  readonly name: string;
  readonly title: string;
  readonly tags: readonly string[];
  readonly severity: 'blocker' | 'critical' | 'normal' | 'minor' | 'trivial';
  readonly owner: string | null;
  readonly file: string;
  /** sha256 (hex) over the scenario document and everything it refers to. */
  readonly digest: string;
  readonly requires: Requirements;
  /** `lab`, or the name of a configured context. */
  readonly cluster: string;
  readonly workload: string | null;
  readonly steadyState: readonly Probe[];
  readonly fault: Fault;
  readonly blastRadius: BlastRadius;
  readonly abortWhen: readonly AbortGuard[];
  readonly recovery: Recovery;
}
