import type { Logger } from 'pino';
import { ANNOTATIONS } from '../names.ts';
import { shardOf } from '../shards/fair-share.ts';
import type { ActionHistory, PastAction } from './action-history.ts';

/** Lets what was done lately in a shard travel with its Lease, so that limits hold whoever comes next. */
export class HistoryNotes {
  readonly #actionHistory: ActionHistory;
  readonly #shards: number;
  readonly #log: Pick<Logger, 'warn'>;

  constructor(actionHistory: ActionHistory, shards: number, log: Pick<Logger, 'warn'>) {
    this.#actionHistory = actionHistory;
    this.#shards = shards;
    this.#log = log;
  }

  save(shard: number): Record<string, string> {
    return { [ANNOTATIONS.actions]: this.#actionHistory.serialise((action) => this.#isIn(shard, action)) };
  }

  load(shard: number, annotations: Readonly<Record<string, string>>): void {
    const problem = this.#actionHistory.adopt(annotations[ANNOTATIONS.actions], (action) => this.#isIn(shard, action));
    if (problem !== undefined) this.#log.warn(problem);
  }

  #isIn(shard: number, { workload }: PastAction): boolean {
    return shardOf(workload, this.#shards) === shard;
  }
}
