import type { ActionType, RefusalReason } from '../../../healer/src/names.ts';
import type { Fault } from './fault.ts';
import type { ParamValues } from './param-values.ts';
import type { Tolerance } from './tolerance.ts';

interface CommonProbe {
  readonly name: string;
  readonly tolerance: Tolerance;
  /** How long it must have held before anything is injected. */
  readonly forMs: number;
}

export interface PromqlProbe extends CommonProbe {
  /** PromQL that must return exactly one sample. */
  readonly query: string;
}

/** A field of one object; a text that must equal another counts 1 where it does, else 0. */
export interface KubernetesProbe extends CommonProbe {
  readonly kubernetes: {
    readonly apiVersion: string;
    readonly kind: string;
    readonly namespace: string | null;
    readonly name: string;
    readonly field: string;
    readonly equals: string | null;
    /** Value of a field that is not there on an object that is; null: no data. */
    readonly whenAbsent: number | null;
  };
  readonly everyMs: number;
}

export type HttpAddress =
  | { readonly url: string }
  | {
      readonly service: {
        readonly namespace: string;
        readonly name: string;
        readonly port: string;
        readonly path: string;
      };
    };

/** A GET request that counts 1 where the answer is as it should be, else 0. */
export interface HttpProbe extends CommonProbe {
  readonly http: {
    readonly address: HttpAddress;
    readonly status: number;
    /** Regular expression for the body; null: any. */
    readonly body: string | null;
    readonly withinMs: number;
  };
  readonly everyMs: number;
}

/** Probes that nobody can ask about the past: they are sampled while the run goes on. */
export type LiveProbe = KubernetesProbe | HttpProbe;

/** One measurable question with the answer that counts as normal. */
export type Probe = PromqlProbe | LiveProbe;

type OwnKey<Kind> = Kind extends Probe ? Exclude<keyof Kind, keyof CommonProbe | 'everyMs'> : never;
/** The keys by which kinds of probes are told apart. Whatever is registered by it must be there for each of them. */
export type ProbeType = OwnKey<Probe>;
export type LiveProbeType = OwnKey<LiveProbe>;
export type ProbeOf<Type extends ProbeType> = Extract<Probe, { readonly [Key in Type]: unknown }>;
export type LiveProbeOf<Type extends LiveProbeType> = Extract<LiveProbe, { readonly [Key in Type]: unknown }>;

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

export interface ExpectedAlert {
  readonly name: string;
  /** Injection to firing. */
  readonly withinMs: number;
}

/** How messages come to the receiver that stands for people. */
export const MESSAGE_CHANNELS = ['slack', 'alertmanager'] as const;
export type MessageChannel = (typeof MESSAGE_CHANNELS)[number];

/** What a message can tell: of the healer's incidents, and with `firing` and `resolved` of Alertmanager's alerts. */
export const MESSAGE_TRANSITIONS = [
  'opened',
  'acted',
  'refused',
  'escalated',
  'resolved',
  'gave-up',
  'firing',
] as const;
export type MessageTransition = (typeof MESSAGE_TRANSITIONS)[number];

export interface ExpectedMessages {
  readonly channel: MessageChannel;
  /** A namespace, or `namespace/name`. */
  readonly about: string;
  /** Each at least once. */
  readonly transitions: readonly MessageTransition[];
  /** Most messages of the channel about it. */
  readonly max: number;
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
  /** These three are undefined where nothing is claimed. */
  readonly fireAlerts?: readonly ExpectedAlert[];
  readonly silentAlerts?: readonly string[];
  readonly expectMessages?: readonly ExpectedMessages[];
}

export const COMPONENTS = ['chaos-mesh', 'healer', 'prometheus', 'alertmanager', 'janitor'] as const;
export type Component = (typeof COMPONENTS)[number];

/** Kernel features that a scenario may ask for; `no-netem` is for controls that need a kernel without it. */
export const KERNEL_FEATURES = ['netem', 'no-netem', 'tbf', 'cgroup-v1', 'cgroup-v2'] as const;
export type KernelFeature = (typeof KERNEL_FEATURES)[number];

export interface Requirements {
  readonly nodes: number;
  readonly kernel: readonly KernelFeature[];
  readonly components: readonly Component[];
}

/** How many runs make the claim. */
export type Repeat =
  | { readonly kind: 'every-run'; readonly runs: number }
  /** In `percentile` percent of all runs the claim holds, with `confidence` percent confidence. */
  | { readonly kind: 'percentile'; readonly percentile: number; readonly confidence: number };

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
  /** What each parameter stood for in this compilation. */
  readonly params: ParamValues;
  readonly requires: Requirements;
  /** `lab`, `fresh`, or the name of a configured context. */
  readonly cluster: string;
  /** kind configuration of a fresh cluster, relative to the project; null: the lab's. */
  readonly clusterConfig: string | null;
  readonly workload: string | null;
  readonly steadyState: readonly Probe[];
  readonly fault: Fault;
  readonly blastRadius: BlastRadius;
  readonly abortWhen: readonly AbortGuard[];
  readonly recovery: Recovery;
  /** Null: one run stands for itself. */
  readonly repeat: Repeat | null;
}
