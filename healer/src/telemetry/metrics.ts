import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { METRICS } from '../names.ts';

const SECONDS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 8, 13, 21, 34, 60, 120];

/** Everything the healer counts and measures, on a registry of its own. */
export type HealerMetrics = ReturnType<typeof createMetrics>;

export function createMetrics(registry = new Registry()) {
  const registers = [registry];
  const counter = <L extends string>(name: string, help: string, labelNames: L[]): Counter<L> =>
    new Counter({ name, help, labelNames, registers });
  const gauge = <L extends string>(name: string, help: string, labelNames: L[]): Gauge<L> =>
    new Gauge({ name, help, labelNames, registers });
  const histogram = <L extends string>(name: string, help: string, labelNames: L[]): Histogram<L> =>
    new Histogram({ name, help, labelNames, buckets: SECONDS, registers });
  return {
    registry,
    incidents: counter(METRICS.incidents, 'Incidents opened.', ['policy', 'condition']),
    openIncidents: gauge(METRICS.openIncidents, 'Incidents open now.', ['policy', 'condition']),
    decisions: counter(METRICS.decisions, 'Decisions, repeated ones not counted.', [
      'policy',
      'condition',
      'decision',
      'reason',
    ]),
    actions: counter(METRICS.actions, 'Actions sent.', ['action', 'outcome']),
    refusals: counter(METRICS.refusals, 'Reasons not to act, once per incident and reason.', ['reason']),
    detectSeconds: histogram(METRICS.detectSeconds, 'First sight of the symptom to decision.', ['condition']),
    actSeconds: histogram(METRICS.actSeconds, 'Decision to the answer of the API server.', ['action']),
    watchAgeSeconds: gauge(METRICS.watchAgeSeconds, 'Seconds since a watch last proved to be alive.', ['watch']),
    lastEvaluation: gauge(
      METRICS.lastEvaluationTimestampSeconds,
      'Unix time of the last evaluation with complete data, on replicas that may act.',
      ['policy', 'condition'],
    ),
    frozen: gauge(METRICS.frozen, '1 while the inputs of the policy are missing.', ['policy']),
    apiCalls: counter(METRICS.apiCalls, 'Requests to the API server.', ['method', 'resource', 'code']),
    queueDepth: gauge(METRICS.queueDepth, 'Keys waiting or being handled.', []),
    policies: gauge(METRICS.policies, 'Policies in force.', []),
    policyReloads: counter(METRICS.policyReloads, 'Versions of policies read.', ['outcome']),
    storm: gauge(METRICS.storm, '1 while too much is sick at once for the healer to act.', []),
    alerts: counter(METRICS.alerts, 'Alerts that came in, and requests that were turned away.', ['outcome']),
    remediations: counter(METRICS.remediations, 'Writes of Remediation objects.', ['outcome']),
    giveUps: counter(METRICS.giveUps, 'Incidents that the healer gave up on.', ['policy', 'condition']),
    events: counter(METRICS.events, 'Kubernetes Events about incidents.', ['outcome']),
    shards: gauge(METRICS.shards, 'Shards that are shared out among the replicas.', []),
    shardHeld: gauge(METRICS.shardHeld, '1 for each shard that this replica acts on.', ['shard']),
    notifications: counter(METRICS.notifications, 'Messages to people, and what became of them.', ['outcome']),
    notificationQueueDepth: gauge(
      METRICS.notificationQueueDepth,
      'Transitions that people are still to be told of.',
      [],
    ),
    notificationSeconds: histogram(METRICS.notificationSeconds, 'Transition to the acceptance of its message.', []),
    unreadableReleases: counter(METRICS.unreadableReleases, 'Release Secrets that hold no release.', []),
  };
}
