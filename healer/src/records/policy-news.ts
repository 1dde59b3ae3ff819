import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import { EVENT_REASONS, HEALER } from '../names.ts';
import type { Policy } from '../policy/schema.ts';
import type { FrozenChange } from '../pulse.ts';
import type { Recorder } from './recorder.ts';

export interface PolicyNewsParts {
  readonly recorder: Pick<Recorder, 'announce'>;
  readonly log: Logger;
  readonly clock: Clock;
  readonly mayActOn: (policy: string) => boolean;
  /** Where the ConfigMap is. */
  readonly namespace: string;
}

/** Tells what becomes of the policies, as Events about their ConfigMap. */
export class PolicyNews {
  readonly #parts: PolicyNewsParts;

  constructor(parts: PolicyNewsParts) {
    this.#parts = parts;
  }

  loaded(policies: readonly Policy[], source: string): void {
    const names = policies.map(({ name }) => name).join(', ') || 'none';
    this.#tell('Normal', EVENT_REASONS.policyLoaded, `policies in force: ${names}`, source);
  }

  refused(sentence: string, source: string): void {
    this.#tell('Warning', EVENT_REASONS.policyRefused, sentence, source);
  }

  /** Every replica sees that data are missing; the one that may act says it. */
  frozen({ policy, condition, missing, atMs }: FrozenChange): void {
    const about = `${condition.type} of policy ${policy.name}`;
    const note = missing === undefined ? `${about} has data again` : `${about} stands still: ${missing}`;
    const reason = missing === undefined ? EVENT_REASONS.policyThawed : EVENT_REASONS.policyFrozen;
    const type = missing === undefined ? 'Normal' : 'Warning';
    if (this.#parts.mayActOn(policy.name)) this.#tell(type, reason, note, `${about} ${atMs}`);
    else this.#parts.log.info({ reason }, note);
  }

  #tell(type: 'Normal' | 'Warning', reason: string, note: string, key: string): void {
    const { recorder, clock, namespace } = this.#parts;
    const subject = { apiVersion: 'v1', kind: 'ConfigMap', namespace, name: HEALER.configMap };
    recorder.announce(subject, type, reason, note, key, clock.nowMs());
  }
}
