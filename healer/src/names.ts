/** Names that the healer shows to the outside: the contract with dashboards, alerts and the healproof runner. */

export const GROUP = 'healproof.dev';

export const API_VERSION = 'healproof.dev/v1alpha1';

/** Resource names of the healer's own kinds. */
export const RESOURCES = {
  HealingPolicy: 'healingpolicies',
  ClusterHealingPolicy: 'clusterhealingpolicies',
  Remediation: 'remediations',
} as const;

export const LABELS = {
  /** Id of the healproof run that made an object. */
  run: 'healproof.dev/run',
  role: 'healproof.dev/role',
} as const;

export const ANNOTATIONS = {
  /** `"false"` on a pod or namespace keeps the healer's hands off. */
  heal: 'healproof.dev/heal',
  /** JSON of a `HealerRecord`, on every Event that the healer writes. */
  record: 'healproof.dev/record',
  /** On a pod, namespace or node: no action before this time (RFC 3339). */
  pausedUntil: 'healproof.dev/paused-until',
  /** On the pod template of a workload: the incident for which its rollout was restarted. */
  restartedFor: 'healproof.dev/restarted-for',
  /** On a shard's Lease: what was done lately in it, so that limits survive a change of holder. */
  actions: 'healproof.dev/recent-actions',
  /** On a workload: JSON of what the healer rolled it back from and to, so that it does so once. */
  rolledBack: 'healproof.dev/rolled-back',
} as const;

export const HEALER = {
  namespace: 'healproof-system',
  name: 'healer',
  serviceAccount: 'healer',
  /** User name in the API server's audit log. */
  user: 'system:serviceaccount:healproof-system:healer',
  /** ConfigMap in the healer's namespace: revisions that were once rolled out completely. */
  lastKnownGood: 'healer-last-known-good',
  port: 8080,
  /** First part of the names of the healer's Leases: one per shard, whose holder may act on it, and one per replica. */
  lease: 'healer',
} as const;

export const METRICS = {
  /** Counter {policy, condition}. */
  incidents: 'healer_incidents_total',
  /** Counter {policy, condition, decision, reason}. */
  decisions: 'healer_decisions_total',
  /** Counter {action, outcome}. */
  actions: 'healer_actions_total',
  /** Counter {reason}. */
  refusals: 'healer_refusals_total',
  /** Histogram: first sight of the symptom to decision. */
  detectSeconds: 'healer_detect_seconds',
  /** Histogram: decision to the API server's answer. */
  actSeconds: 'healer_act_seconds',
  /** Gauge {watch}: seconds since the watch last proved to be alive. */
  watchAgeSeconds: 'healer_watch_age_seconds',
  /** Gauge {policy, condition}: unix time of the last evaluation that had complete data. */
  lastEvaluationTimestampSeconds: 'healer_last_evaluation_timestamp_seconds',
  /** Gauge {policy}: 1 while the policy's inputs are missing and it therefore stands still. */
  frozen: 'healer_policy_frozen',
  /** Counter {method, resource, code}. */
  apiCalls: 'healer_api_calls_total',
  queueDepth: 'healer_queue_depth',
  /** Gauge {policy, condition}: incidents open now. */
  openIncidents: 'healer_open_incidents',
  /** Gauge: policies in force. */
  policies: 'healer_policies',
  /** Counter {outcome}: versions of policies read, `loaded` or `refused`. */
  policyReloads: 'healer_policy_reloads_total',
  /** Counter {outcome}: Events `written` or `lost`. */
  events: 'healer_events_total',
  /** Gauge: 1 while too much is sick at once for the healer to act. */
  storm: 'healer_storm',
  /** Counter {outcome}: alerts that came in, `taken`, `replayed`, `old`; requests `unauthorized`, `unreadable`, `too-large`. */
  alerts: 'healer_alerts_total',
  /** Counter {outcome}: writes of Remediation objects, `written`, `taken` (somebody else's claim), `error`. */
  remediations: 'healer_remediation_writes_total',
  /** Counter {policy, condition}: incidents that the healer gave up on. */
  giveUps: 'healer_give_ups_total',
  /** Gauge: shards that are shared out among the replicas. */
  shards: 'healer_shards',
  /** Gauge {shard}: 1 on the replica that may act on it. */
  shardHeld: 'healer_shard_held',
  /** Counter: release Secrets that hold no release. */
  unreadableReleases: 'healer_unreadable_releases_total',
  /** Counter {outcome}: messages `sent`, attempts `failed`; transitions `held-back` into a summary, or `lost`. */
  notifications: 'healer_notifications_total',
  /** Gauge: transitions that people are still to be told of. */
  notificationQueueDepth: 'healer_notification_queue_depth',
  /** Histogram: transition to the channel's acceptance of the message. */
  notificationSeconds: 'healer_notification_seconds',
} as const;

/** Reasons of the Kubernetes Events; CamelCase, stable. */
export const EVENT_REASONS = {
  detected: 'IncidentDetected',
  refused: 'RemediationRefused',
  acted: 'RemediationActed',
  failed: 'RemediationFailed',
  resolved: 'IncidentResolved',
  gaveUp: 'RemediationGaveUp',
  /** About a policy: it was refused. */
  policyRefused: 'PolicyRefused',
  policyLoaded: 'PolicyLoaded',
  /** About a policy: a condition stands still because its data are missing, or moves again. */
  policyFrozen: 'PolicyFrozen',
  policyThawed: 'PolicyThawed',
  /** About a Secret of Helm's type: what it holds is no release. */
  releaseUnreadable: 'ReleaseUnreadable',
} as const;

export const REPORTING_CONTROLLER = 'healproof.dev/healer';

/** Closed list of what the healer can do. */
export const ACTION_TYPES = [
  'EvictPod',
  'RestartRollout',
  'RollbackWorkload',
  'RollbackRelease',
  'CordonNode',
  'DrainNode',
  'RebootNode',
  'Notify',
  'DeletePod',
  'UninstallRelease',
] as const;
export type ActionType = (typeof ACTION_TYPES)[number];

/** Closed list of what a monitor can find wrong. */
export const CONDITION_TYPES = [
  'CrashLoop',
  'NotReady',
  'SLOViolation',
  'SLOAlert',
  'OOMLoop',
  'ImagePullFailure',
  'StuckPending',
  'StuckCreating',
  'StuckTerminating',
  'FailedPod',
  'ReleaseFailed',
  'ReleasePending',
  'ReleaseUnready',
] as const;
export type ConditionType = (typeof CONDITION_TYPES)[number];

/** Why the healer did not act; each is a value of the `reason` label. */
export const REFUSAL_REASONS = [
  'Cooldown',
  'BudgetExhausted',
  'MinHealthy',
  'RolloutInProgress',
  'NamespaceNotAllowed',
  'OptedOut',
  'DisruptionBudget',
  'MissingData',
  'StaleWatch',
  'TargetGone',
  'NotMyShard',
  'GaveUp',
  'DryRun',
  'NotReplaceable',
  'Paused',
  'OutsideWindow',
  'BlockedByAlert',
  'Storm',
  'GlobalBudget',
  'NamespaceBudget',
  'Flapping',
  'StandsAside',
  'NoClaim',
  'NothingToRollBackTo',
  'OneAtATime',
] as const;
export type RefusalReason = (typeof REFUSAL_REASONS)[number];

/** What becomes of an incident that people are told of. `escalated`: an action did not help and the ladder goes on. */
export const TRANSITIONS = ['opened', 'refused', 'acted', 'escalated', 'resolved', 'gave-up'] as const;
export type Transition = (typeof TRANSITIONS)[number];

/** Key words of the `metadata` of messages, for whoever reads them by machine. */
export const MESSAGE = {
  eventType: 'healproof_remediation',
  /** In the place of a transition: what was held back by the limit of messages, all at once. */
  summary: 'summary',
} as const;

export interface RecordedTarget {
  readonly kind: 'Pod' | 'HelmRelease';
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** The pod's `app` label (or `app.kubernetes.io/name`), if any. */
  readonly app?: string;
  readonly node?: string;
}

/** What the healer records about an incident: a JSON log line (`record` key) and an annotation on a Kubernetes Event. Times are epoch milliseconds. */
export interface HealerRecord {
  readonly incident: string;
  readonly stage: 'detected' | 'refused' | 'acted' | 'failed' | 'resolved' | 'gave-up';
  readonly policy: string;
  readonly condition: ConditionType;
  readonly target: RecordedTarget;
  readonly action?: ActionType;
  readonly refusal?: RefusalReason;
  /** A sentence with the evidence the decision rests on. */
  readonly reason: string;
  /** Symptom held for as long as the policy asks. */
  readonly detectedAtMs: number;
  readonly decidedAtMs?: number;
  /** The API server accepted the action. */
  readonly actedAtMs?: number;
  readonly recordedAtMs: number;
}
