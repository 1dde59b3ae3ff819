import type { V1Secret } from '@kubernetes/client-node';
import type { Clock } from '../../clock.ts';
import type { ClusterCache } from '../../cluster/cluster-cache.ts';
import { hasRevisions, type RevisedWorkload } from '../../cluster/workload-facts.ts';
import { RETRY_MS, refused } from '../../incidents/refused.ts';
import type { Remedy, RemedyRequest, RemedyResult } from '../../incidents/remedy.ts';
import type { WorkloadAddress, WorkloadObject } from '../../kube/client.ts';
import { KubeError } from '../../kube/kube-error.ts';
import type { HelmRules } from '../../policy/helm-conditions.ts';
import { actOnRelease } from '../../releases/act-release.ts';
import { isUnderWay, planRelease } from '../../releases/decide-release.ts';
import type { HelmCommand, ReleaseAddress } from '../../releases/helm-command.ts';
import type { LastKnownGood } from '../../releases/last-known-good.ts';
import { ownerOfRelease } from '../../releases/release-target.ts';
import { type ReleaseRevision, releaseKey } from '../../releases/secrets/release.ts';
import { viewReleaseSecret } from '../../releases/secrets/release-view.ts';
import type { ShardOwnership } from '../../shards/ownership.ts';
import { releaseOf } from './release-owner.ts';

export interface ReleaseRollbackParts {
  readonly api: {
    readWorkload(at: WorkloadAddress): Promise<WorkloadObject | undefined>;
    readRelease(namespace: string, release: string): Promise<V1Secret[]>;
  };
  readonly helm: Pick<HelmCommand, 'rollback' | 'uninstall'>;
  readonly clock: Clock;
  readonly shards: ShardOwnership;
  readonly cluster: Pick<ClusterCache, 'podsIn'>;
  /** Namespaces whose releases the healer may touch. */
  readonly allowedNamespaces: readonly string[];
  readonly lastKnownGood: Pick<LastKnownGood, 'isKnownGood'>;
  readonly rules: Pick<HelmRules, 'uninstallPendingInstall' | 'giveUpAfter'>;
}

/** Rolls back the Helm release that a sick pod's workload belongs to, when its newest revision is what made the pod sick. */
export class RollbackRelease implements Remedy {
  readonly type = 'RollbackRelease';
  readonly #parts: ReleaseRollbackParts;

  constructor(parts: ReleaseRollbackParts) {
    this.#parts = parts;
  }

  async apply(sick: RemedyRequest): Promise<RemedyResult> {
    const { workload } = sick;
    if (workload === undefined) return { kind: 'inapplicable', reason: 'no known workload replaces the pod' };
    if (!hasRevisions(workload)) return { kind: 'inapplicable', reason: 'a ReplicaSet keeps no earlier revision' };
    try {
      const live = await this.#parts.api.readWorkload(workload);
      if (live?.metadata?.uid !== workload.uid) return refused('TargetGone', 'the workload is gone');
      const release = releaseOf(live);
      if (release === undefined) return { kind: 'inapplicable', reason: 'no Helm release owns the workload' };
      return await this.#treat(sick, workload, release);
    } catch (error) {
      if (!(error instanceof KubeError)) throw error;
      return { kind: 'failed', reason: error.message, unsure: false, retryAfterMs: error.retryAfterMs ?? RETRY_MS };
    }
  }

  async #treat(sick: RemedyRequest, workload: RevisedWorkload, release: ReleaseAddress): Promise<RemedyResult> {
    const { api, cluster, allowedNamespaces } = this.#parts;
    const { namespace } = release;
    if (!allowedNamespaces.includes(namespace)) {
      return {
        kind: 'inapplicable',
        reason: `its Helm release is in namespace ${namespace}, where the healer may not act`,
      };
    }
    const history = readHistory(await api.readRelease(namespace, release.release));
    if (typeof history === 'string') return refused('MissingData', history);
    const [latest] = history;
    if (latest === undefined) return refused('TargetGone', `Helm release ${releaseKey(release)} is gone`);
    const pod = cluster.podsIn(workload.namespace).find(({ uid }) => uid === sick.target.uid);
    const born = pod?.createdAtMs;
    if (latest.rollback && latest.status === 'deployed' && (born === undefined || born < latest.createdAtMs)) {
      const detail = `${releaseKey(latest)} was rolled back already, as revision ${latest.revision}`;
      return { kind: 'accepted', actedAtMs: latest.createdAtMs, detail };
    }
    if (pod === undefined) return refused('TargetGone', 'the pod is gone');
    if (isUnderWay(latest)) return refused('RolloutInProgress', `${releaseKey(latest)} is ${latest.status}`);
    if (born === undefined || born < latest.createdAtMs) {
      return { kind: 'inapplicable', reason: 'the pod is older than the newest revision, so that is not the cause' };
    }
    return this.#rollBack(workload, history, latest);
  }

  async #rollBack(
    workload: RevisedWorkload,
    history: readonly ReleaseRevision[],
    latest: ReleaseRevision,
  ): Promise<RemedyResult> {
    const { shards, lastKnownGood, rules } = this.#parts;
    const isKnownGood = (revision: ReleaseRevision): boolean =>
      lastKnownGood.isKnownGood(ownerOfRelease(revision), revision.content);
    if (latest.status === 'deployed' && isKnownGood(latest)) {
      return {
        kind: 'inapplicable',
        reason: 'its newest revision was rolled out completely before, so that is not the cause',
      };
    }
    const condition = latest.status === 'failed' ? 'ReleaseFailed' : 'ReleaseUnready';
    const plan = planRelease({ condition, history, isKnownGood, rules });
    if (plan.kind === 'leave') return { kind: 'inapplicable', reason: plan.reason };
    if (!(await shards.confirm(workload.uid))) {
      return refused('NotMyShard', 'the lease could not be confirmed just before acting');
    }
    const outcome = await actOnRelease(this.#parts, plan, () => shards.mayActOn(workload.uid));
    return outcome.kind === 'accepted' ? { ...outcome, generation: await this.#generationOf(workload) } : outcome;
  }

  /** What was done counts as done, also when nobody can say what became of the workload. */
  async #generationOf(workload: RevisedWorkload): Promise<number | undefined> {
    try {
      return (await this.#parts.api.readWorkload(workload))?.metadata?.generation;
    } catch (error) {
      if (error instanceof KubeError) return undefined;
      throw error;
    }
  }
}

/** Revisions newest first; a sentence when the newest one cannot be read. */
function readHistory(secrets: readonly V1Secret[]): readonly ReleaseRevision[] | string {
  const seen = secrets.map((secret) => viewReleaseSecret(secret, undefined, () => undefined));
  const sorted = seen.sort((a, b) => b.number - a.number);
  const [newest] = sorted;
  if (newest?.problem !== undefined) return `its newest revision cannot be read: ${newest.problem}`;
  return sorted.flatMap(({ revision }) => (revision === undefined ? [] : [revision]));
}
