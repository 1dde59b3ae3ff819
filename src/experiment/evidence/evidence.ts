import type { HealerRecord } from '../../../healer/src/names.ts';
import type { AbortGuard, Probe, Scenario } from '../../scenario/model/scenario.ts';
import type { SignalEvidence } from './signals.ts';

/**
 * Everything that the judge is allowed to know. It is written to the run folder as it stands, so that `verify` can judge
 * again from the same facts. Times are epoch milliseconds; where a clock is coarser its field says so.
 */

/** A moment known only to lie between two times, both inclusive. */
export interface Instant {
  readonly earliestMs: number;
  readonly latestMs: number;
}

export interface PodTarget {
  readonly kind: 'Pod';
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly node: string;
  readonly podIp: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Any other object in a namespace that the fault changed. */
export interface ObjectTarget {
  readonly kind: 'Object';
  readonly apiVersion: string;
  readonly objectKind: string;
  /** Its kind as the audit log names it, e.g. `deployments`. */
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface NodeTarget {
  readonly kind: 'Node';
  readonly namespace: '';
  readonly name: string;
  readonly uid: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** A Helm release at the revision it had before the fault. */
export interface ReleaseTarget {
  readonly kind: 'Release';
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly revision: number;
}

export type Target = PodTarget | ObjectTarget | NodeTarget | ReleaseTarget;

/** What an independent witness saw on one target. `bitten: null` means it could not look. */
export interface WitnessReading {
  readonly targetUid: string;
  /** Kind of witness, e.g. `peer-unreachable`, `pod-uid`, `cgroup-cpu`, `cgroup-memory`, `qdisc`. */
  readonly witness: string;
  readonly atMs: number;
  readonly bitten: boolean | null;
  readonly observation: string;
}

/** The injector's own word, which proves nothing. Chaos Mesh writes whole seconds, and only after the fault took hold. */
export interface InjectorEvent {
  /** `namespace/pod[/container]` as the injector names its target. */
  readonly target: string;
  readonly operation: 'Apply' | 'Recover';
  readonly outcome: 'Succeeded' | 'Failed';
  readonly atMs: number;
  readonly message: string;
}

/** One look at the fault object: was it there, and still meant to be in force? */
export interface FaultObservation {
  readonly atMs: number;
  readonly state: 'in-force' | 'ending' | 'gone' | 'unknown';
}

export interface Injection {
  /** Just before our first mutating call. */
  readonly requestedAtMs: number;
  /** The API server accepted the fault object; null when it refused. */
  readonly acceptedAtMs: number | null;
  readonly refusal: string | null;
  /** Seed that resolved random selection to exact targets. */
  readonly seed: number;
  readonly targets: readonly Target[];
  readonly baseline: readonly WitnessReading[];
  readonly readings: readonly WitnessReading[];
  readonly events: readonly InjectorEvent[];
  readonly sightings: readonly FaultObservation[];
  /** First moment at which the runner itself took the fault back; null while it stands. */
  readonly undoneAtMs: number | null;
  /** Of a sequence: each fault by itself, in order, as far as it got. What stands above is then about all of them. */
  readonly parts?: readonly Injection[];
}

export type SampleProblem = 'NO_DATA' | 'NOT_A_NUMBER' | 'AMBIGUOUS' | 'STALE_DATA' | 'QUERY_FAILED';

/** A probe's value at one aligned, explicit evaluation time; exactly one of `value` and `problem` is set. */
export interface Sample {
  readonly atMs: number;
  readonly value: number | null;
  readonly problem: SampleProblem | null;
  readonly detail?: string;
}

export interface ProbeSeries {
  readonly probe: Probe;
  /** By how much a change may show late in this series, ms; see `resolution.ts`. */
  readonly resolutionMs: number;
  readonly stepMs: number;
  readonly samples: readonly Sample[];
}

export interface AuditEntry {
  readonly id: string;
  readonly atMs: number;
  readonly user: string;
  readonly verb: string;
  readonly resource: string;
  readonly subresource: string | null;
  readonly namespace: string | null;
  readonly name: string | null;
  readonly uid: string | null;
  readonly status: number;
}

export interface AuditLog {
  /** `none`: this cluster gives no audit log, attribution is self-reported. */
  readonly source: 'api-server' | 'none';
  /** Read without a gap from `fromMs` to `toMs`. */
  readonly complete: boolean;
  readonly detail: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly entries: readonly AuditEntry[];
}

/** The healer's diary and the proof that it was there to write it. */
export interface HealerWatch {
  readonly records: readonly HealerRecord[];
  /** Alive and evaluating with complete data during the whole observation. */
  readonly aliveThroughout: boolean;
  readonly detail: string;
}

export interface GuardTrip {
  readonly guard: AbortGuard;
  readonly atMs: number;
  readonly observation: string;
}

export type RunStatus = 'completed' | 'aborted' | 'interrupted' | 'skipped';

/** Something the run made or changed that is still there afterwards. */
export interface Leak {
  readonly what: string;
  readonly detail: string;
}

/** A step of the run that could not be done, with the error's code and sentence. */
export interface StepFailure {
  readonly step: string;
  readonly code: string;
  readonly message: string;
}

export interface Evidence extends SignalEvidence {
  readonly scenario: Scenario;
  readonly healer: 'on' | 'off';
  readonly status: RunStatus;
  /** First step that failed; a run with one can never pass. */
  readonly failure: StepFailure | null;
  /** The gate held for every probe's `for` before injection. Null: the run did not get that far. */
  readonly gate: {
    readonly held: boolean;
    readonly detail: string;
    readonly problem: SampleProblem | null;
    /** When it was found to hold; a run without a fault is judged from here on. */
    readonly atMs?: number;
  } | null;
  readonly injection: Injection | null;
  /** First and last time for which observation was asked for; it begins at least the longest `for` before the gate held. */
  readonly observedFromMs: number;
  readonly observedToMs: number;
  readonly probes: readonly ProbeSeries[];
  readonly watch: HealerWatch;
  readonly audit: AuditLog;
  readonly trips: readonly GuardTrip[];
  /** Largest difference seen between the clocks involved, ms. */
  readonly clockSkewMs: number;
}
