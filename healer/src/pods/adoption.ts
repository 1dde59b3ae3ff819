import type { ClusterCache } from '../cluster/cluster-cache.ts';
import type { PodTarget } from '../cluster/pod.ts';
import { adoptedIncident } from '../incidents/adopted-incident.ts';
import { incidentKey } from '../incidents/incident.ts';
import type { IncidentLife } from '../incidents/incident-life.ts';
import type { IncidentStore } from '../incidents/incident-store.ts';
import type { Notifier } from '../notifications/notifier.ts';
import type { RemediationSpec, RemediationStatus } from '../policy/remediation-schema.ts';
import type { Policy } from '../policy/schema.ts';
import { type LeftBehind, leftBehind } from '../remediations/left-behind.ts';
import type { RemediationOwnership } from '../remediations/remediation-ownership.ts';
import type { ShardOwnership } from '../shards/ownership.ts';
import { POD_WENT_AWAY, recallAction } from './performed-action.ts';
import type { PodController } from './pod-controller.ts';

export interface AdoptionParts {
  readonly cluster: ClusterCache;
  readonly policies: { readonly policies: readonly Policy[] };
  readonly remediations: Pick<RemediationOwnership, 'knows'>;
  readonly life: IncidentLife<PodTarget>;
  readonly incidents: IncidentStore;
  readonly notifier: Pick<Notifier, 'adopt'>;
  readonly shards: Pick<ShardOwnership, 'mayActOn'>;
  readonly staleWatchMs: number;
  readonly controller: Pick<PodController, 'follow' | 'lookAt'>;
}

/**
 * Goes on with what a holder left unfinished that is no more, be it another replica or this one before a restart: every
 * Remediation that has not ended is either acted on, watched over, or ended, and nothing is done a second time.
 */
export class Adoption {
  readonly #parts: AdoptionParts;

  constructor(parts: AdoptionParts) {
    this.#parts = parts;
  }

  /** Takes over what is this replica's now. Does nothing while the watches are not fresh: what is not seen is not gone. */
  takeOver(): void {
    const { cluster, remediations, shards, staleWatchMs } = this.#parts;
    if (cluster.watchAges().some(({ ageMs }) => !(ageMs <= staleWatchMs))) return;
    for (const left of leftBehind(cluster.remediations, 'Pod', remediations, shards)) this.#adopt(left);
  }

  #adopt(left: LeftBehind): void {
    const { incidents, life, policies, cluster, controller, notifier } = this.#parts;
    const { spec, status } = left;
    const policy = policies.policies.find(({ name }) => name === spec.policy);
    const condition = policy?.conditions.find(({ type }) => type === spec.condition);
    const key = incidentKey(spec.policy, spec.condition, spec.target.uid);
    // A look at the pod that is under way claims it by itself.
    if (incidents.get(key)?.id === spec.incident) {
      notifier.adopt(left, false);
      return;
    }
    const incident = adoptedIncident(left, podTarget(spec.target), key);
    const pod = cluster.pods.get(incident.objectKey);
    const isThere = pod?.uid === spec.target.uid && !pod.terminating;
    const isDone = status !== undefined && wasActedOn(status, isThere);
    life.adopt(left, isDone);
    if (policy === undefined || condition === undefined) {
      life.obsolete(incident, 'no policy in force asks for it any more');
    } else if (status !== undefined && isDone) {
      const performed = recallAction(cluster, { incident, policy, condition }, status);
      if (performed === undefined) {
        life.obsolete(incident, 'its policy does not know the action any more');
        return;
      }
      incidents.open(incident);
      controller.follow(performed);
    } else if (isThere) {
      incidents.open(incident);
      controller.lookAt(incident.objectKey);
    } else life.vanished(incident, POD_WENT_AWAY);
  }
}

/** An intent about a pod that is gone was carried out, as far as anybody can tell. */
function wasActedOn({ phase }: RemediationStatus, isThere: boolean): boolean {
  return phase === 'Acted' || (phase === 'Acting' && !isThere);
}

function podTarget({ namespace, name, uid, app, node }: RemediationSpec['target']): PodTarget {
  const known = { ...(app === undefined ? {} : { app }), ...(node === undefined ? {} : { node }) };
  return { kind: 'Pod', namespace, name, uid, ...known };
}
