import type { Clock } from '../clock.ts';
import type { ClusterCache } from '../cluster/cluster-cache.ts';
import { type Incident, incidentKey, openedIncident } from '../incidents/incident.ts';
import type { IncidentRecorder } from '../incidents/incident-recorder.ts';
import type { IncidentStore } from '../incidents/incident-store.ts';
import type { Notifier } from '../notifications/notifier.ts';
import type { RemediationStatus } from '../policy/remediation-schema.ts';
import type { Policy } from '../policy/schema.ts';
import { ownerIn } from '../remediations/owner.ts';
import type { RemediationOwnership } from '../remediations/remediation-ownership.ts';
import { hasEnded, type RemediationView } from '../remediations/view.ts';
import type { PerformedAction } from './pod-case.ts';
import type { RecoveryEngine } from './recovery-engine.ts';

export interface AdoptionOptions {
  readonly cluster: ClusterCache;
  readonly policies: { readonly policies: readonly Policy[] };
  readonly remediations: Pick<RemediationOwnership, 'adopt' | 'knows'>;
  readonly engine: Pick<RecoveryEngine, 'recall'>;
  readonly incidents: IncidentStore;
  readonly recorder: IncidentRecorder;
  readonly notifier: Pick<Notifier, 'adopt'>;
  readonly clock: Clock;
  readonly mayActOn: (owner: string) => boolean;
  readonly staleWatchMs: number;
  readonly follow: (performed: PerformedAction) => void;
  readonly lookAt: (podKey: string) => void;
}

/**
 * Goes on with what a holder left unfinished that is no more, be it another replica or this one before a restart: every
 * Remediation that has not ended is either acted on, watched over, or ended, and nothing is done a second time.
 */
export class Adoption {
  readonly #options: AdoptionOptions;

  constructor(options: AdoptionOptions) {
    this.#options = options;
  }

  /** Takes over what is this replica's now. Does nothing while the watches are not fresh: what is not seen is not gone. */
  takeOver(): void {
    const { cluster, remediations, mayActOn, staleWatchMs } = this.#options;
    if (cluster.watchAges().some(({ ageMs }) => !(ageMs <= staleWatchMs))) return;
    for (const view of cluster.remediations.values()) {
      const { spec } = view;
      if (spec === undefined || spec.target.kind !== 'Pod' || hasEnded(view) || remediations.knows(spec.incident))
        continue;
      if (mayActOn(ownerIn(spec))) this.#adopt(view, spec);
    }
  }

  #adopt(view: RemediationView, spec: NonNullable<RemediationView['spec']>): void {
    const { incidents, remediations, recorder, policies, cluster, lookAt, follow, engine, notifier } = this.#options;
    const policy = policies.policies.find(({ name }) => name === spec.policy);
    const condition = policy?.conditions.find(({ type }) => type === spec.condition);
    const key = incidentKey(spec.policy, spec.condition, spec.target.uid);
    const known = incidents.get(key);
    // A look at the pod that is under way claims it by itself.
    if (known !== undefined && known.id === spec.incident) {
      notifier.adopt(view, false);
      return;
    }
    const incident = toIncident(key, spec, view.status);
    const pod = cluster.pods.get(incident.podKey);
    const isThere = pod?.uid === spec.target.uid && !pod.terminating;
    const isDone = view.status !== undefined && wasActedOn(view.status, isThere);
    remediations.adopt(view);
    notifier.adopt(view, isDone);
    if (policy === undefined || condition === undefined) {
      recorder.obsolete(incident, 'no policy in force asks for it any more');
      return;
    }
    if (view.status !== undefined && isDone) {
      const performed = engine.recall({ incident, policy, condition }, view.status);
      if (performed === undefined) {
        recorder.obsolete(incident, 'its policy does not know the action any more');
        return;
      }
      incidents.open(incident);
      follow(performed);
    } else if (isThere) {
      incidents.open(incident);
      lookAt(incident.podKey);
    } else recorder.vanished(incident);
  }
}

/** An intent about a pod that is gone was carried out, as far as anybody can tell. */
function wasActedOn({ phase }: RemediationStatus, isThere: boolean): boolean {
  return phase === 'Acted' || (phase === 'Acting' && !isThere);
}

function toIncident(
  key: string,
  spec: NonNullable<RemediationView['spec']>,
  status: RemediationStatus | undefined,
): Incident {
  const { target } = spec;
  const incident = openedIncident({
    key,
    id: spec.incident,
    policy: spec.policy,
    condition: spec.condition,
    target: {
      kind: 'Pod',
      namespace: target.namespace,
      name: target.name,
      uid: target.uid,
      ...(target.app === undefined ? {} : { app: target.app }),
      ...(target.node === undefined ? {} : { node: target.node }),
    },
    podKey: `${target.namespace}/${target.name}`,
    episode: spec.episode,
    owner: ownerIn(spec),
    firstSeenMs: Date.parse(spec.firstSeenAt),
    detectedAtMs: Date.parse(spec.detectedAt),
    reason: spec.evidence,
  });
  incident.announced = true;
  if (status?.decidedAt !== undefined) incident.decidedAtMs = Date.parse(status.decidedAt);
  if (status?.refusal !== undefined) incident.said.add(status.refusal);
  return incident;
}
