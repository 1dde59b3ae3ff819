import type { Clock } from '../clock.ts';
import type { ClusterCache } from '../cluster/cluster-cache.ts';
import type { PodTarget, PodView } from '../cluster/pod.ts';
import type { IncidentLife } from '../incidents/incident-life.ts';
import { type ActionHistory, failuresOf, touchesCluster } from '../remediations/action-history.ts';
import type { PodMonitor } from './condition/observe.ts';
import type { PerformedAction } from './performed-action.ts';
import { type Aftermath, type Verification, verify } from './verify.ts';

interface Pending {
  readonly performed: PerformedAction;
  readonly verification: Verification & { readonly known: Set<string> };
}

export interface FollowUpOptions {
  readonly cluster: ClusterCache;
  readonly monitor: PodMonitor;
  readonly actionHistory: ActionHistory;
  readonly life: IncidentLife<PodTarget>;
  readonly clock: Clock;
}

/** Watches over every action until it is known whether it helped. */
export class FollowUp {
  readonly #options: FollowUpOptions;
  readonly #pending = new Map<string, Pending>();

  constructor(options: FollowUpOptions) {
    this.#options = options;
  }

  /** Starts to watch over an action. */
  begin(performed: PerformedAction): void {
    const { incident, action, withinMs, generation, knownPods } = performed;
    const actedAtMs = incident.actedAtMs ?? this.#options.clock.nowMs();
    const known = new Set(knownPods);
    const about = { action, target: incident.target.uid, place: placeOf(performed) };
    const verification = { ...about, actedAtMs, withinMs, generation, known };
    this.#pending.set(incident.key, { performed, verification });
  }

  /** Looks at one action; false once nothing is left to watch. */
  look(incidentKey: string): boolean {
    const pending = this.#pending.get(incidentKey);
    if (pending === undefined) return false;
    const { cluster, clock } = this.#options;
    const { workload } = pending.performed;
    if (workload !== undefined && cluster.workload(workload.uid) === undefined) return this.#drop(pending);
    const verdict = verify(pending.verification, this.#aftermath(pending.performed), clock.nowMs());
    if (verdict.kind === 'pending') return true;
    this.#pending.delete(incidentKey);
    if (verdict.kind === 'resolved') this.#resolve(pending, verdict.reason, verdict.replacement);
    else this.#expire(pending, verdict.reason);
    return false;
  }

  #aftermath({ incident, policy, condition }: PerformedAction): Aftermath {
    const { cluster, monitor, clock } = this.#options;
    const nowMs = clock.nowMs();
    const target = cluster.pods.get(incident.objectKey);
    return {
      workload: cluster.workload(incident.owner),
      podsOfWorkload: cluster.podsOf(incident.owner),
      target: target?.uid === incident.target.uid ? target : undefined,
      isWell: (pod) => monitor.isWell(pod, policy, condition, nowMs),
      isCured: (pod) => monitor.assess(pod, policy, condition, nowMs).kind === 'healthy',
    };
  }

  /** Whoever removed the workload does not wait for its replacement. */
  #drop({ performed: { incident, workload } }: Pending): false {
    this.#pending.delete(incident.key);
    this.#options.life.obsolete(incident, `${workload?.key} was removed`);
    return false;
  }

  #resolve({ performed: { incident } }: Pending, reason: string, replacement: PodView | undefined): void {
    if (replacement !== undefined) {
      for (const other of this.#pending.values()) other.verification.known.add(replacement.uid);
    }
    this.#options.life.helped(incident, reason);
  }

  #expire({ performed }: Pending, reason: string): void {
    const { actionHistory, life, cluster } = this.#options;
    const { incident, policy, action } = performed;
    life.failed(incident, reason);
    const workload = cluster.workload(incident.owner);
    const failures = failuresOf(actionHistory.entries(), incident.owner, workload?.generation ?? 0);
    const tried = failures.filter(touchesCluster).length;
    if (tried >= policy.limits.giveUpAfter) {
      life.gaveUp(incident, `${tried} actions in a row did not help ${workload?.key}; nothing more is tried on it`);
    } else if (action === performed.condition.steps.at(-1)?.action && isUsedUp(performed, failures)) {
      life.gaveUp(incident, `${action} was the last thing to try; it is left to people`);
    }
  }
}

function placeOf({ workload, incident: { target } }: PerformedAction): NonNullable<Verification['place']> {
  if (workload?.kind === 'StatefulSet') return { name: target.name };
  return workload?.kind === 'DaemonSet' ? { node: target.node } : {};
}

function isUsedUp({ condition, action }: PerformedAction, failures: ReturnType<typeof failuresOf>): boolean {
  const step = condition.steps.at(-1);
  const tried = failures.filter((entry) => entry.condition === condition.type && entry.action === action).length;
  return step !== undefined && tried >= step.attempts;
}
