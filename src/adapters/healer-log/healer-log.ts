import { ANNOTATIONS, HEALER, type HealerRecord, METRICS } from '../../../healer/src/names.ts';
import { KubernetesError, messageOf } from '../../errors.ts';
import type { HealerWatch, Sample } from '../../experiment/evidence/evidence.ts';
import type { Kube } from '../../ports/kube.ts';
import type { MetricsSource } from '../../ports/metrics-source.ts';
import type { RemediationLog } from '../../ports/remediation-log.ts';

const STEP_MS = 1_000;
/** A healer evaluates every second; older than this and it was not looking. */
const MAX_EVALUATION_AGE_SECONDS = 5;

/** The healer's diary out of its Kubernetes Events, and out of its metrics the proof that it was awake. */
export class HealerLog implements RemediationLog {
  readonly #kube: Kube;
  readonly #metrics: MetricsSource;

  constructor(kube: Kube, metrics: MetricsSource) {
    this.#kube = kube;
    this.#metrics = metrics;
  }

  async read(fromMs: number, toMs: number, namespaces: readonly string[]): Promise<HealerWatch> {
    const lists = await Promise.all(
      namespaces.map((namespace) => this.#kube.list({ apiVersion: 'v1', kind: 'Event', namespace })),
    );
    const records = lists
      .flat()
      .map((event) => parseRecord(event.metadata.annotations?.[ANNOTATIONS.record]))
      .filter((record) => record !== null)
      .filter((record) => record.recordedAtMs >= fromMs && record.recordedAtMs <= toMs)
      .sort((a, b) => a.recordedAtMs - b.recordedAtMs);
    const asleep = await this.#asleep(fromMs, toMs);
    return { records, aliveThroughout: asleep === null, detail: asleep ?? 'evaluated its rules throughout' };
  }

  /** Null, or the first moment at which nothing proves that the healer was evaluating its rules with complete data. */
  async #asleep(fromMs: number, toMs: number): Promise<string | null> {
    // Of several replicas that act, the one that slept longest counts.
    const age = `time() - min(${METRICS.lastEvaluationTimestampSeconds})`;
    // A rule that never had its data has no evaluation time at all; only this says that it stands still.
    const frozen = `max(${METRICS.frozen})`;
    // What is in a shard that nobody holds is not healed, however awake the replicas are.
    const orphaned = `max(${METRICS.shards}) - (count(max by (shard) (${METRICS.shardHeld})) or vector(0))`;
    const [ages, frosts, orphans] = await Promise.all(
      [age, frozen, orphaned].map((query) => this.#metrics.range(query, fromMs, toMs, STEP_MS)),
    );
    if (ages === undefined || ages.length === 0) return 'no sample of its evaluations';
    if (orphans === undefined || orphans.length === 0) return 'no sample of who acts on what';
    return (
      firstSentence(ages, sleepSentence) ??
      firstSentence(frosts ?? [], frostSentence) ??
      firstSentence(orphans, orphanSentence)
    );
  }

  async lines(fromMs: number): Promise<string[]> {
    const { namespace, name } = HEALER;
    try {
      const pods = await this.#kube.list({ apiVersion: 'v1', kind: 'Pod', namespace, labelSelector: `app=${name}` });
      const logs = await Promise.all(pods.map((pod) => this.#kube.podLog(namespace, pod.metadata.name, fromMs)));
      return logs.flat();
    } catch (error: unknown) {
      if (!(error instanceof KubernetesError)) throw error;
      return [`the healer's log could not be read: ${messageOf(error)}`];
    }
  }
}

function firstSentence(samples: readonly Sample[], judge: (sample: Sample) => string | null): string | null {
  for (const sample of samples) {
    const sentence = judge(sample);
    if (sentence !== null) return `at ${new Date(sample.atMs).toISOString()} ${sentence}`;
  }
  return null;
}

function sleepSentence({ value, problem }: Sample): string | null {
  if (value === null) return `nothing told when it last evaluated its rules (${problem})`;
  return value <= MAX_EVALUATION_AGE_SECONDS ? null : `its last evaluation was ${value.toFixed(1)} s old`;
}

function frostSentence({ value, problem }: Sample): string | null {
  if (value === null) return `nothing told whether its rules had their data (${problem})`;
  return value === 0 ? null : 'a rule stood still because its data were missing';
}

function orphanSentence({ value, problem }: Sample): string | null {
  if (value === null) return `nothing told whether somebody acts on every shard (${problem})`;
  return value === 0 ? null : `${value} of its shards had no replica that acts on them`;
}

function parseRecord(text: string | undefined): HealerRecord | null {
  return text === undefined ? null : (JSON.parse(text) as HealerRecord);
}
