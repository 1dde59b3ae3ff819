import type { Clock } from '../clock.ts';
import type { World } from '../cluster/cluster-cache.ts';
import { type Incident, incidentKey, openedIncident } from '../incidents/incident.ts';
import type { Diary } from '../incidents/incident-recorder.ts';
import type { IncidentBook } from '../incidents/incident-store.ts';
import type { Notifier } from '../notifications/notifier.ts';
import type { RemediationStatus } from '../policy/remediation-schema.ts';
import type { Policy } from '../policy/schema.ts';
import { ownerIn } from '../remediations/owner.ts';
import type { Claims } from '../remediations/remediation-ownership.ts';
import { hasEnded, type RemediationView } from '../remediations/view.ts';
import type { Deed } from './pod-case.ts';
import type { RecoveryEngine } from './recovery-engine.ts';

export interface InheritanceOptions {
  readonly world: World;
  readonly policies: { readonly policies: readonly Policy[] };
  readonly claims: Pick<Claims, 'adopt' | 'knows'>;
  readonly engine: Pick<RecoveryEngine, 'recall'>;
  readonly book: IncidentBook;
  readonly diary: Diary;
  readonly notifier: Pick<Notifier, 'inherit'>;
  readonly clock: Clock;
  readonly mayActOn: (owner: string) => boolean;
  readonly staleWatchMs: number;
  readonly follow: (deed: Deed) => void;
  readonly lookAt: (podKey: string) => void;
}

/**
 * Goes on with what a holder left unfinished that is no more, be it another replica or this one before a restart: every
 * Remediation that has not ended is either acted on, watched over, or ended, and nothing is done a second time.
 */
export class Inheritance {
  readonly #options: InheritanceOptions;

  constructor(options: InheritanceOptions) {
    this.#options = options;
  }

  /** Takes over what is this replica's now. Does nothing while the watches are not fresh: what is not seen is not gone. */
  takeOver(): void {
    const { world, claims, mayActOn, staleWatchMs } = this.#options;
    if (world.watchAges().some(({ ageMs }) => !(ageMs <= staleWatchMs))) return;
    for (const view of world.remediations.values()) {
      const { spec } = view;
      if (spec === undefined || spec.target.kind !== 'Pod' || hasEnded(view) || claims.knows(spec.incident)) continue;
      if (mayActOn(ownerIn(spec))) this.#inherit(view, spec);
    }
  }

  #inherit(view: RemediationView, spec: NonNullable<RemediationView['spec']>): void {
    const { book, claims, diary, policies, world, lookAt, follow, engine, notifier } = this.#options;
    const policy = policies.policies.find(({ name }) => name === spec.policy);
    const condition = policy?.conditions.find(({ type }) => type === spec.condition);
    const key = incidentKey(spec.policy, spec.condition, spec.target.uid);
    const known = book.get(key);
    // A look at the pod that is under way claims it by itself.
    if (known !== undefined && known.id === spec.incident) {
      notifier.inherit(view, false);
      return;
    }
    const incident = toIncident(key, spec, view.status);
    const pod = world.pods.get(incident.podKey);
    const isThere = pod?.uid === spec.target.uid && !pod.terminating;
    const isDone = view.status !== undefined && wasActedOn(view.status, isThere);
    claims.adopt(view);
    notifier.inherit(view, isDone);
    if (policy === undefined || condition === undefined) {
      diary.moot(incident, 'no policy in force asks for it any more');
      return;
    }
    if (view.status !== undefined && isDone) {
      const deed = engine.recall({ incident, policy, condition }, view.status);
      if (deed === undefined) {
        diary.moot(incident, 'its policy does not know the action any more');
        return;
      }
      book.open(incident);
      follow(deed);
    } else if (isThere) {
      book.open(incident);
      lookAt(incident.podKey);
    } else diary.vanished(incident);
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
