import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { EventRecorder } from '../incidents/event-recorder.ts';
import { API_VERSION, EVENT_REASONS } from '../names.ts';
import type { ShardOwnership } from '../shards/ownership.ts';
import type { FrozenChange } from './data-freshness.ts';
import type { PolicyEntry, PolicyStore } from './policy-store.ts';

export interface PolicyNewsParts {
  readonly eventRecorder: Pick<EventRecorder, 'announce'>;
  readonly log: Logger;
  readonly clock: Clock;
  readonly shards: Pick<ShardOwnership, 'mayActOn'>;
  readonly policies: Pick<PolicyStore, 'entries'>;
  /** Where Events about policies of the cluster go, which have no namespace. */
  readonly ownNamespace: string;
}

/** Tells what becomes of the policies, as Events about them. */
export class PolicyNews {
  readonly #parts: PolicyNewsParts;

  constructor(parts: PolicyNewsParts) {
    this.#parts = parts;
  }

  loaded(entry: PolicyEntry): void {
    const note = `policy ${entry.name} is in force`;
    this.#tell(entry, 'Normal', EVENT_REASONS.policyLoaded, note, versionOf(entry));
  }

  refused(entry: PolicyEntry, sentence: string): void {
    this.#tell(entry, 'Warning', EVENT_REASONS.policyRefused, sentence, versionOf(entry));
  }

  /** Every replica sees that data are missing; the one that may act says it. */
  frozen({ policy, condition, missing, atMs }: FrozenChange): void {
    const about = `${condition.type} of policy ${policy.name}`;
    const note = missing === undefined ? `${about} has data again` : `${about} stands still: ${missing}`;
    const reason = missing === undefined ? EVENT_REASONS.policyThawed : EVENT_REASONS.policyFrozen;
    const type = missing === undefined ? 'Normal' : 'Warning';
    const entry = this.#parts.policies.entries().find(({ name }) => name === policy.name);
    if (entry !== undefined && this.#parts.shards.mayActOn(policy.name))
      this.#tell(entry, type, reason, note, `${about} ${atMs}`);
    else this.#parts.log.info({ reason }, note);
  }

  #tell(entry: PolicyEntry, type: 'Normal' | 'Warning', reason: string, note: string, key: string): void {
    const { eventRecorder, clock, ownNamespace } = this.#parts;
    const { kind, namespace = ownNamespace, objectName: name, uid } = entry;
    const subject = { apiVersion: API_VERSION, kind, namespace, name, uid };
    eventRecorder.announce(subject, type, reason, note, key, clock.nowMs());
  }
}

function versionOf({ uid, generation }: PolicyEntry): string {
  return `${uid} ${generation}`;
}
