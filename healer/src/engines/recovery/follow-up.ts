import type { Clock } from '../../clock.ts';
import type { PodMonitor } from '../../monitors/pod/observe.ts';
import type { Diary } from '../../records/diary.ts';
import type { IncidentBook } from '../../records/incident-book.ts';
import type { World } from '../../world.ts';
import type { Case } from './engine.ts';
import type { WorkloadFacts } from './facts.ts';
import { failuresInARow, type Ledger } from './ledger.ts';
import { type Verification, verify } from './verify.ts';

interface Pending {
  readonly acted: Case;
  readonly workload: WorkloadFacts;
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

  /** Starts to watch over an action. `knownPods` are the pods that were there before it. */
  begin(acted: Case, workload: WorkloadFacts, knownPods: Iterable<string>): void {
    const { incident, policy } = acted;
    const verification = {
      target: incident.target.uid,
      actedAtMs: incident.actedAtMs ?? this.#options.clock.nowMs(),
      withinMs: policy.limits.verifyWithinMs,
      known: new Set(knownPods),
    };
    this.#pending.set(incident.key, { acted, workload, verification });
  }

  /** Looks at one action; false once nothing is left to watch. */
  look(incidentKey: string): boolean {
    const pending = this.#pending.get(incidentKey);
    if (pending === undefined) return false;
    const { world, monitor, clock } = this.#options;
    if (!world.hasWorkload(pending.workload.uid)) return this.#drop(pending);
    const nowMs = clock.nowMs();
    const { policy, condition } = pending.acted;
    const isWell = (pod: Case['pod']): boolean => monitor.isWell(pod, policy, condition, nowMs);
    const verdict = verify(pending.verification, world.podsOf(pending.workload.uid), isWell, nowMs);
    if (verdict.kind === 'pending') return true;
    this.#pending.delete(incidentKey);
    if (verdict.kind === 'resolved') this.#resolve(pending, verdict.replacement.uid, verdict.replacement.name);
    else this.#expire(pending, verdict.reason);
    this.#options.book.close(pending.acted.incident);
    return false;
  }

  /** Whoever removed the workload does not wait for its replacement. */
  #drop({ acted: { incident }, workload }: Pending): false {
    this.#pending.delete(incident.key);
    this.#options.diary.moot(incident, `${workload.key} was removed`);
    this.#options.book.close(incident);
    return false;
  }

  #resolve({ acted: { incident } }: Pending, uid: string, name: string): void {
    const { ledger, diary } = this.#options;
    for (const other of this.#pending.values()) other.verification.known.add(uid);
    ledger.settle(incident.id, 'helped');
    diary.resolved(incident, `pod ${name} replaced it and is Ready and well`);
  }

  #expire({ acted: { incident, policy }, workload }: Pending, reason: string): void {
    const { ledger, diary } = this.#options;
    ledger.settle(incident.id, 'failed');
    diary.failed(incident, reason, 'unverified');
    const failures = failuresInARow(ledger.entries(), workload.uid, workload.generation);
    if (failures < policy.limits.giveUpAfter) return;
    diary.gaveUp(incident, `${failures} actions in a row did not help ${workload.key}; nothing more is tried on it`);
  }
}
