import type { BlockingAlerts } from '../alerts/blocking.ts';
import type { ClusterCache } from '../cluster/cluster-cache.ts';
import type { Policy } from '../policy/schema.ts';
import type { Bucket } from '../policy/token-bucket.ts';
import type { StormWatch } from './storm-watch.ts';

/** What bounds every action, of whatever kind. */
export interface HealerLimits {
  readonly staleWatchMs: number;
  readonly allowedNamespaces: readonly string[];
  readonly ownNamespace: string;
  /** For all policies together, and for each namespace. */
  readonly buckets: { readonly cluster: Bucket; readonly namespace: Bucket };
}

/** What speaks for or against acting on anything in a namespace, gathered at one moment. */
export interface Surroundings extends HealerLimits {
  readonly watches: readonly { readonly name: string; readonly ageMs: number }[];
  /** The target's namespace is opted out; undefined when the namespace is not known. */
  readonly namespaceOptedOut: boolean | undefined;
  readonly namespacePausedUntilMs: number | undefined;
  /** Why so much is sick that the cause lies elsewhere; undefined in calm times. */
  readonly storm: string | undefined;
  /** An alert that the policy asks to be heeded and that fires, or why nobody knows. */
  readonly blockingAlert: string | undefined;
}

/** Gathers what is the same for targets of every kind. */
export class SurroundingsReader {
  readonly limits: HealerLimits;
  readonly #cluster: ClusterCache;
  readonly #storm: Pick<StormWatch, 'why'>;
  readonly #blocking: Pick<BlockingAlerts, 'about'>;

  constructor(
    limits: HealerLimits,
    cluster: ClusterCache,
    storm: Pick<StormWatch, 'why'>,
    blocking: Pick<BlockingAlerts, 'about'>,
  ) {
    this.limits = limits;
    this.#cluster = cluster;
    this.#storm = storm;
    this.#blocking = blocking;
  }

  of(namespace: string, policy: Pick<Policy, 'name' | 'blockingAlerts'>): Surroundings {
    const { optedOut, pausedUntilMs } = this.#cluster.namespaces.get(namespace) ?? {};
    return {
      ...this.limits,
      watches: this.#cluster.watchAges(),
      namespaceOptedOut: optedOut,
      namespacePausedUntilMs: pausedUntilMs,
      storm: this.#storm.why,
      blockingAlert: this.#blocking.about(policy),
    };
  }
}
