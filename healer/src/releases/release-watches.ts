import type { V1Secret } from '@kubernetes/client-node';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import { ObjectStore } from '../kube/object-store.ts';
import { Reflector } from '../kube/reflector.ts';
import type { WatchSources } from '../kube/watch-sources.ts';
import { type SeenRelease, viewReleaseSecret } from './secrets/release-view.ts';
import type { UnreadableReleases } from './unreadable-releases.ts';

export interface ReleaseWatchesParts {
  readonly sources: Pick<WatchSources, 'releaseSecrets'>;
  /** Namespaces whose release Secrets are read: only those the healer may act in. */
  readonly namespaces: readonly string[];
  /** What decisions about releases rest on beside the releases. */
  readonly others: readonly { watchAges(): readonly WatchAge[] }[];
  readonly unreadable: UnreadableReleases;
  readonly clock: Clock;
  readonly log: Logger;
  readonly timeoutSeconds: number;
}

interface WatchAge {
  readonly name: string;
  readonly ageMs: number;
}

/** A namespace that has just come has its rights soon after. */
const LONGEST_BACKOFF_MS = 3_000;

/** Helm's releases as the watches show them. A namespace without rights, or not there yet, blinds the healer to its own releases alone. */
export class ReleaseWatches {
  readonly seen = new ObjectStore<SeenRelease>();
  readonly #parts: ReleaseWatchesParts;
  readonly #reflectors: ReadonlyMap<string, Reflector<V1Secret, SeenRelease>>;

  constructor(parts: ReleaseWatchesParts) {
    this.#parts = parts;
    this.#reflectors = new Map(parts.namespaces.map((namespace) => [namespace, this.#reflect(namespace)]));
  }

  /** Every watch that a decision about a release of this namespace rests on. */
  agesFor(namespace: string): WatchAge[] {
    const ageMs = this.#reflectors.get(namespace)?.ageMs() ?? Number.POSITIVE_INFINITY;
    return [...this.#parts.others.flatMap((each) => each.watchAges()), { name: `releases of ${namespace}`, ageMs }];
  }

  async run(signal: AbortSignal): Promise<void> {
    await Promise.all([...this.#reflectors.values()].map((reflector) => reflector.run(signal)));
  }

  #reflect(namespace: string): Reflector<V1Secret, SeenRelease> {
    const { sources, unreadable, clock, log, timeoutSeconds } = this.#parts;
    return new Reflector<V1Secret, SeenRelease>({
      clock,
      timeoutSeconds,
      onTrouble: onceInARow((message) => log.warn(message)),
      backoffCapMs: LONGEST_BACKOFF_MS,
      name: `releases of ${namespace}`,
      source: sources.releaseSecrets(namespace),
      store: scopedTo(this.seen, namespace),
      project: (secret, previous) =>
        viewReleaseSecret(secret, previous, (about, problem) => unreadable.found(about, problem)),
    });
  }
}

/** Where rights are missing the same is said on every attempt. */
function onceInARow(say: (message: string) => void): (message: string) => void {
  let last = '';
  return (message) => {
    if (message !== last) say(message);
    last = message;
  };
}

/** A reflector forgets what its own list does not name: it must not reach into other namespaces. */
function scopedTo<T>(target: ObjectStore<T>, namespace: string): ObjectStore<T> {
  const own = new ObjectStore<T>();
  own.onChange(({ key, current }) => {
    if (!key.startsWith(`${namespace}/`)) return;
    if (current === undefined) target.delete(key);
    else target.set(key, current);
  });
  return own;
}
