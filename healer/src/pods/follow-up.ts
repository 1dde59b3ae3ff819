import type { Clock } from '../clock.ts';
import type { World } from '../cluster/cluster-cache.ts';
import type { PodView } from '../cluster/pod.ts';
import type { Diary } from '../incidents/incident-recorder.ts';
import type { IncidentBook } from '../incidents/incident-store.ts';
import { failuresOf, isDeed, type Ledger } from '../remediations/action-history.ts';
import type { PodMonitor } from './condition/observe.ts';
import type { Deed } from './pod-case.ts';
import { type Aftermath, type Verification, verify } from './verify.ts';

interface Pending {
  readonly deed: Deed;
  readonly verification: Verification & { readonly known: Set<string> };
}

export interface FollowUpOptions {
  readonly world: World;
  readonly monitor: PodMonitor;
  readonly ledger: Ledger;
  readonly diary: Diary;
  readonly book: IncidentBook;
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
  begin(deed: Deed): void {
    const { incident, action, withinMs, generation, knownPods } = deed;
    const actedAtMs = incident.actedAtMs ?? this.#options.clock.nowMs();
    const known = new Set(knownPods);
    const about = { action, target: incident.target.uid, place: placeOf(deed) };
    const verification = { ...about, actedAtMs, withinMs, generation, known };
    this.#pending.set(incident.key, { deed, verification });
  }

  /** Looks at one action; false once nothing is left to watch. */
  look(incidentKey: string): boolean {
    const pending = this.#pending.get(incidentKey);
    if (pending === undefined) return false;
    const { world, clock } = this.#options;
    const { workload, incident } = pending.deed;
    if (workload !== undefined && world.workload(workload.uid) === undefined) return this.#drop(pending);
    const verdict = verify(pending.verification, this.#aftermath(pending.deed), clock.nowMs());
    if (verdict.kind === 'pending') return true;
    this.#pending.delete(incidentKey);
    if (verdict.kind === 'resolved') this.#resolve(pending, verdict.reason, verdict.replacement);
    else this.#expire(pending, verdict.reason);
    this.#options.book.close(incident);
    return false;
  }

  #aftermath({ incident, policy, condition }: Deed): Aftermath {
    const { world, monitor, clock } = this.#options;
    const nowMs = clock.nowMs();
    const target = world.pods.get(incident.podKey);
    return {
      workload: world.workload(incident.owner),
      podsOfWorkload: world.podsOf(incident.owner),
      target: target?.uid === incident.target.uid ? target : undefined,
      isWell: (pod) => monitor.isWell(pod, policy, condition, nowMs),
      isCured: (pod) => monitor.assess(pod, policy, condition, nowMs).kind === 'healthy',
    };
  }

  /** Whoever removed the workload does not wait for its replacement. */
  #drop({ deed: { incident, workload } }: Pending): false {
    this.#pending.delete(incident.key);
    this.#options.diary.moot(incident, `${workload?.key} was removed`);
    this.#options.book.close(incident);
    return false;
  }

  #resolve({ deed: { incident } }: Pending, reason: string, replacement: PodView | undefined): void {
    const { ledger, diary } = this.#options;
    if (replacement !== undefined) {
      for (const other of this.#pending.values()) other.verification.known.add(replacement.uid);
    }
    ledger.settle(incident.id, 'helped');
    diary.resolved(incident, reason, 'helped');
  }

  #expire({ deed }: Pending, reason: string): void {
    const { ledger, diary, world } = this.#options;
    const { incident, policy, action } = deed;
    ledger.settle(incident.id, 'failed');
    diary.failed(incident, reason, 'unverified');
    const workload = world.workload(incident.owner);
    const failures = failuresOf(ledger.entries(), incident.owner, workload?.generation ?? 0);
    const deeds = failures.filter(isDeed).length;
    if (deeds >= policy.limits.giveUpAfter) {
      diary.gaveUp(incident, `${deeds} actions in a row did not help ${workload?.key}; nothing more is tried on it`);
    } else if (action === deed.condition.steps.at(-1)?.action && isUsedUp(deed, failures)) {
      diary.gaveUp(incident, `${action} was the last thing to try; it is left to people`);
    }
  }
}

function placeOf({ workload, incident: { target } }: Deed): NonNullable<Verification['place']> {
  if (workload?.kind === 'StatefulSet') return { name: target.name };
  return workload?.kind === 'DaemonSet' ? { node: target.node } : {};
}

function isUsedUp({ condition, action }: Deed, failures: ReturnType<typeof failuresOf>): boolean {
  const step = condition.steps.at(-1);
  const tried = failures.filter((entry) => entry.condition === condition.type && entry.action === action).length;
  return step !== undefined && tried >= step.attempts;
}
