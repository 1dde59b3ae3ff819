import type { AlertStore } from './alerts/alert-store.ts';
import { describeError } from './errors.ts';
import { ActionHistory } from './remediations/action-history.ts';
import { HistoryNotes } from './remediations/history-notes.ts';
import type { Shards } from './shards/shards.ts';
import { setGauges } from './telemetry/gauges.ts';
import { createShards } from './wiring/create-shards.ts';
import { EventHandlers } from './wiring/event-handlers.ts';
import type { HealerParts } from './wiring/healer-parts.ts';
import { Healing } from './wiring/healing.ts';
import { Observation } from './wiring/observation.ts';
import { Records } from './wiring/records.ts';
import { Rules } from './wiring/rules.ts';

const BEAT_MS = 500;
/** A healer whose timers stand still this long is not alive. */
const DEAD_AFTER_MS = 15_000;

/** One replica of the healer: watches and judges everything, and acts on what is in its shards. */
export class Healer {
  readonly alerts: AlertStore;
  readonly #parts: HealerParts;
  readonly #observation: Observation;
  readonly #shards: Shards;
  readonly #records: Records;
  readonly #rules: Rules;
  readonly #healing: Healing;
  readonly #eventHandlers: EventHandlers;
  readonly #watching = new AbortController();
  readonly #electing = new AbortController();
  #running: Promise<unknown> = Promise.resolve();
  #beat: NodeJS.Timeout | undefined;
  #stopping = false;

  constructor(parts: HealerParts) {
    this.#parts = parts;
    const actionHistory = new ActionHistory();
    const listener = {
      changed: () => this.#healing.lookAtAll(),
      evaluated: (...found: Parameters<EventHandlers['evaluated']>) => this.#eventHandlers.evaluated(...found),
    };
    this.#observation = new Observation(parts);
    const { watches } = this.#observation;
    const notes = new HistoryNotes(actionHistory, parts.config.shards, parts.log);
    this.#shards = createShards(parts, notes, watches, listener);
    this.#records = new Records(parts, this.#observation, this.#shards, actionHistory);
    this.#rules = new Rules(parts, this.#observation, this.#records, this.#shards, listener);
    this.alerts = this.#rules.alerts;
    this.#healing = new Healing(parts, this.#observation, this.#records, this.#rules, this.#shards);
    this.#eventHandlers = new EventHandlers(
      parts.config.allowedNamespaces,
      this.#observation.cluster,
      this.#rules.policies.store,
      this.#records,
      this.#healing,
    );
  }

  start(): void {
    this.#eventHandlers.begin();
    const { signal } = this.#watching;
    this.#running = Promise.all([
      this.#observation.run(signal),
      this.#shards.run(this.#electing.signal),
      this.#healing.releases?.run(signal),
    ]);
    this.#beat = setInterval(() => this.#everyBeat(), BEAT_MS);
  }

  /** Ends what is under way, gives the shards up, tells the rest. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearInterval(this.#beat);
    this.#rules.policies.stop();
    await this.#healing.stop();
    this.#electing.abort();
    try {
      await Promise.all([this.#shards.release(), this.#records.flush(), this.#parts.traces?.stop()]);
    } finally {
      this.#watching.abort();
      await this.#running;
    }
  }

  /** Why the process should be restarted; undefined while it is well. */
  dead(): string | undefined {
    // Nothing is checked any more while what is under way is brought to its end.
    if (this.#stopping) return undefined;
    const ageMs = this.#rules.policies.ageMs();
    return ageMs > DEAD_AFTER_MS ? `nothing was checked for ${Math.round(ageMs)} ms` : undefined;
  }

  /** Why this replica cannot do its work; undefined while it can. */
  unready(): string | undefined {
    if (this.#stopping) return 'shutting down';
    const stale = this.#observation.watches.stale();
    return stale === undefined ? undefined : `the watch of ${stale} is not fresh`;
  }

  /** Brings gauges that are only read up to date. */
  measure(): void {
    setGauges(this.#parts.metrics, {
      watches: this.#observation.watches.ages(),
      queueDepth: this.#healing.queueDepth,
      notificationQueueDepth: this.#records.notifier.depth,
      shards: this.#parts.config.shards,
      heldShards: this.#shards.held(),
      policies: this.#rules.policies.policies.length,
      isStormy: this.#rules.storm.why !== undefined,
      openIncidents: this.#healing.openIncidents(),
    });
  }

  #everyBeat(): void {
    const { policies, storm } = this.#rules;
    policies.beat();
    storm.see(new Set([...this.#healing.podIncidents.values()].map(({ target }) => target.uid)).size);
    this.#healing.beat();
    if (this.#shards.held().length === 0) return;
    this.#healing.takeOver();
    this.#records.beat();
    policies.writeStatuses();
    this.#healing.workingRevisions
      .sweep()
      .catch((error: unknown) => this.#parts.log.error(`a beat failed: ${describeError(error)}`));
  }
}
