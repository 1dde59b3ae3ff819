import { EventOutbox } from '../incidents/event-outbox.ts';
import { EventRecorder } from '../incidents/event-recorder.ts';
import { IncidentRecorder } from '../incidents/incident-recorder.ts';
import { createNotifier } from '../notifications/create.ts';
import type { Notifier } from '../notifications/notifier.ts';
import type { ActionHistory } from '../remediations/action-history.ts';
import { RemediationOwnership } from '../remediations/remediation-ownership.ts';
import { RemediationSweeper } from '../remediations/sweeper.ts';
import type { Shards } from '../shards/shards.ts';
import { NO_TRACES } from '../telemetry/traces.ts';
import type { HealerParts } from './healer-parts.ts';
import type { Observation } from './observation.ts';

/** Shorter than a shard rests when it is given away, so that what was told is noted before somebody else looks. */
const LAST_MESSAGES_MS = 1_500;
const FLUSH_MS = 3_000;

/** Everything in which a replica writes down or tells what it sees and does. */
export class Records {
  readonly eventRecorder: EventRecorder;
  readonly remediations: RemediationOwnership;
  readonly notifier: Notifier;
  readonly recorder: IncidentRecorder;
  readonly actionHistory: ActionHistory;
  readonly #outbox: EventOutbox;
  readonly #sweeper: RemediationSweeper;

  constructor(parts: HealerParts, { cluster }: Observation, shards: Shards, actionHistory: ActionHistory) {
    const { config, api, metrics, log, clock, channel, traces = NO_TRACES } = parts;
    const { slack, podName: holder } = config;
    const objects = api.objects();
    const store = cluster.remediations;
    this.actionHistory = actionHistory;
    this.#outbox = new EventOutbox(api, metrics, log);
    this.eventRecorder = new EventRecorder(log, this.#outbox, holder);
    const tells = slack !== undefined;
    this.remediations = new RemediationOwnership({ api: objects, store, clock, holder, metrics, log, tells });
    const { eventRecorder, remediations } = this;
    this.notifier = createNotifier({ channel, slack, remediations, store, shards, metrics, clock, log });
    const { notifier } = this;
    this.recorder = new IncidentRecorder({ eventRecorder, remediations, metrics, traces, notifier, clock, shards });
    this.#sweeper = new RemediationSweeper({ store, api: objects, limits: config.remediations, shards, clock, log });
  }

  /** To be called every now and then by a replica that may act. */
  beat(): void {
    this.notifier.beat();
    this.remediations.forget();
    void this.#sweeper.sweep();
  }

  /** Writes and tells what is left, for a few seconds at most. */
  async flush(): Promise<void> {
    const noted = this.notifier.flush(LAST_MESSAGES_MS).then(() => this.remediations.flush(FLUSH_MS));
    await Promise.all([this.#outbox.flush(FLUSH_MS), noted]);
  }
}
