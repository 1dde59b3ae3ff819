import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import { describeError } from '../errors.ts';
import type { ObjectApi } from '../kube/object-api.ts';
import type { PolicyStatus } from '../policy/status-schema.ts';
import { describeStatus, type PolicyFacts, tellsMore } from './describe-status.ts';
import type { PolicyEntry } from './policy-store.ts';

export interface PolicyStatusOptions {
  readonly api: Pick<ObjectApi, 'patchPolicyStatus'>;
  readonly facts: (entry: PolicyEntry) => PolicyFacts;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'warn'>;
}

/** A count of pods alone is written no oftener. */
const COUNT_EVERY_MS = 10_000;
const RETRY_MS = 30_000;

interface Written {
  readonly status: PolicyStatus;
  readonly atMs: number;
}

/** Keeps the status of every policy true: whether it is accepted, selects anything, and has its data. */
export class PolicyStatusWriter {
  readonly #options: PolicyStatusOptions;
  readonly #written = new Map<string, Written>();
  readonly #notBeforeMs = new Map<string, number>();
  readonly #writing = new Set<string>();

  constructor(options: PolicyStatusOptions) {
    this.#options = options;
  }

  /** Writes what changed. Never rejects. */
  async update(entries: readonly PolicyEntry[]): Promise<void> {
    for (const uid of this.#written.keys()) if (!entries.some((entry) => entry.uid === uid)) this.#written.delete(uid);
    await Promise.all(entries.map((entry) => this.#update(entry)));
  }

  async #update(entry: PolicyEntry): Promise<void> {
    const { clock, facts, api, log } = this.#options;
    const monotonicMs = clock.monotonicMs();
    if (this.#writing.has(entry.uid) || monotonicMs < (this.#notBeforeMs.get(entry.uid) ?? 0)) return;
    const before = this.#written.get(entry.uid);
    const status = describeStatus(entry, facts(entry), before?.status, clock.nowMs());
    const recount = status.selectedPods !== before?.status.selectedPods;
    const due = before === undefined || monotonicMs - before.atMs >= COUNT_EVERY_MS;
    if (!tellsMore(before?.status, status) && !(recount && due)) return;
    this.#writing.add(entry.uid);
    try {
      await api.patchPolicyStatus(entry.namespace, entry.objectName, status);
      this.#written.set(entry.uid, { status, atMs: monotonicMs });
    } catch (error) {
      this.#notBeforeMs.set(entry.uid, monotonicMs + RETRY_MS);
      log.warn(`the status of policy ${entry.name} was not written: ${describeError(error)}`);
    } finally {
      this.#writing.delete(entry.uid);
    }
  }
}
