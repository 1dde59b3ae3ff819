import type { V1ConfigMap } from '@kubernetes/client-node';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import { ObjectStore } from '../kube/object-store.ts';
import { Reflector } from '../kube/reflector.ts';
import type { WatchSources } from '../kube/watch-sources.ts';
import { HEALER } from '../names.ts';
import type { LastKnownGood } from './last-known-good.ts';

export interface LastKnownGoodWatchParts {
  readonly sources: Pick<WatchSources, 'configMap'>;
  readonly ownNamespace: string;
  readonly lastKnownGood: LastKnownGood;
  readonly clock: Clock;
  readonly log: Logger;
  readonly timeoutSeconds: number;
}

type Stored = Readonly<Record<string, string>>;

/** Brings what all replicas know of working revisions. */
export class LastKnownGoodWatch {
  readonly store = new ObjectStore<Stored>();
  readonly #reflector: Reflector<V1ConfigMap, Stored>;

  constructor({ sources, ownNamespace, lastKnownGood, clock, log, timeoutSeconds }: LastKnownGoodWatchParts) {
    this.store.onChange(({ current }) => {
      if (current !== undefined) lastKnownGood.load(current);
    });
    this.#reflector = new Reflector<V1ConfigMap, Stored>({
      clock,
      timeoutSeconds,
      onTrouble: (message) => log.warn(message),
      name: 'last known good',
      source: sources.configMap(ownNamespace, HEALER.lastKnownGood),
      store: this.store,
      project: ({ data }) => data ?? {},
    });
  }

  watchAges(): { name: string; ageMs: number }[] {
    return [{ name: this.#reflector.name, ageMs: this.#reflector.ageMs() }];
  }

  run(signal: AbortSignal): Promise<void> {
    return this.#reflector.run(signal);
  }
}
