import type { V1ConfigMap, V1Secret } from '@kubernetes/client-node';
import type { Logger } from 'pino';
import type { Clock } from './clock.ts';
import type { ClusterCache } from './cluster/cluster-cache.ts';
import type { PodView } from './cluster/pod.ts';
import type { RolloutView } from './cluster/rollout.ts';
import { describeError } from './errors.ts';
import type { EventRecorder } from './incidents/event-recorder.ts';
import type { Remedy } from './incidents/remedy.ts';
import type { KubeClient } from './kube/client.ts';
import { ObjectStore } from './kube/object-store.ts';
import { Reflector } from './kube/reflector.ts';
import { HEALER } from './names.ts';
import type { Notifier } from './notifications/notifier.ts';
import { RollbackRelease } from './pods/remedies/rollback-release.ts';
import { RollbackWorkload } from './pods/remedies/rollback-workload.ts';
import { ReleaseMonitor } from './releases/condition/observe.ts';
import type { ReleasePolicy } from './releases/condition/release-policy.ts';
import type { HelmCommand } from './releases/helm-command.ts';
import { LastKnownGood } from './releases/last-known-good.ts';
import { ReleaseAdoption } from './releases/release-adoption.ts';
import { ReleaseController } from './releases/release-controller.ts';
import type { ReleaseFacts } from './releases/release-guards.ts';
import { ReleaseRecorder } from './releases/release-recorder.ts';
import { type ReleaseRevision, releaseKey } from './releases/secrets/release.ts';
import { type SeenRelease, viewReleaseSecret } from './releases/secrets/release-view.ts';
import { UnreadableReleases } from './releases/unreadable-releases.ts';
import { subjectOf, WorkingRevisions } from './releases/working-revisions.ts';
import type { ActionHistory } from './remediations/action-history.ts';
import type { RemediationOwnership } from './remediations/remediation-ownership.ts';
import type { ShardOwnership } from './shards/ownership.ts';
import type { HealerMetrics } from './telemetry/metrics.ts';
import type { Traces } from './telemetry/traces.ts';

export interface RollbackParts {
  readonly api: KubeClient;
  /** Without it Helm releases are left alone. */
  readonly helm: Pick<HelmCommand, 'rollback' | 'uninstall'> | undefined;
  readonly cluster: ClusterCache;
  readonly policies: () => readonly ReleasePolicy[];
  readonly eventRecorder: Pick<EventRecorder, 'write' | 'mention' | 'announce'>;
  readonly notifier: Pick<Notifier, 'tell' | 'adopt'>;
  readonly metrics: HealerMetrics;
  readonly traces: Traces;
  readonly remediations: RemediationOwnership;
  readonly actionHistory: ActionHistory;
  /** For all policies together, and for each namespace. */
  readonly buckets: ReleaseFacts['buckets'];
  readonly shards: ShardOwnership;
  readonly clock: Clock;
  readonly log: Logger;
  /** Namespaces whose release Secrets are read: only those the healer may act in. */
  readonly allowedNamespaces: readonly string[];
  readonly ownNamespace: string;
  readonly storm: () => string | undefined;
  readonly blockingAlert: (policy: ReleasePolicy) => string | undefined;
  readonly staleWatchMs: number;
  readonly watchTimeoutSeconds: number;
  /** How long content must be whole before it counts as good, milliseconds. */
  readonly goodAfterMs: number;
}

interface Watching {
  readonly name: string;
  ageMs(): number;
  run(signal: AbortSignal): Promise<void>;
}

/** The same revision is rolled back this often, then it is left to people. */
const GIVE_UP_AFTER = 3;

/** What looks after rollouts: of Helm releases by itself, of single workloads when a pod of theirs is treated. */
export class Rollbacks {
  readonly lastKnownGood: LastKnownGood;
  /** Undefined where Helm releases are left alone. */
  readonly releases: ReleaseController | undefined;
  readonly #parts: RollbackParts;
  readonly #seen = new ObjectStore<SeenRelease>();
  readonly #reflectors: readonly Watching[];
  /** By namespace. A namespace without rights or not there yet blinds the healer to its own releases alone. */
  readonly #releaseReflectors: ReadonlyMap<string, Watching>;
  readonly #monitor: ReleaseMonitor;
  readonly #working: WorkingRevisions;

  constructor(parts: RollbackParts) {
    this.#parts = parts;
    const { api, shards, ownNamespace, cluster } = parts;
    this.lastKnownGood = new LastKnownGood((data) => api.patchConfigMap(ownNamespace, HEALER.lastKnownGood, data));
    this.#monitor = new ReleaseMonitor(this.#seen, {
      rolloutOf: (key) => this.#rolloutOf(key),
      newPodsOf: (rollout) => cluster.newPodsOf(rollout),
    });
    this.releases = this.#createController();
    this.#working = new WorkingRevisions({
      ...parts,
      lastKnownGood: this.lastKnownGood,
      mayActOn: (uid) => shards.mayActOn(uid),
      revisionOf: (rollout) => cluster.newestRevisionOf(rollout),
      onError: (error) => parts.log.warn(`a working revision could not be noted: ${describeError(error)}`),
    });
    this.#reflectors = this.#createReflectors();
    this.#releaseReflectors = this.#createReleaseReflectors();
  }

  /** Ways to treat a pod that a bad rollout made sick. */
  remedies(): Remedy[] {
    const { api, clock, shards, cluster, helm, allowedNamespaces } = this.#parts;
    const podsIn = (namespace: string): PodView[] =>
      [...cluster.pods.values()].filter((pod) => pod.namespace === namespace);
    const shared = { api, clock, shards, podsIn, allowedNamespaces };
    const workload = new RollbackWorkload({
      ...shared,
      giveUpAfter: GIVE_UP_AFTER,
      isKnownGood: (workload, revision) => this.lastKnownGood.isKnownGood(subjectOf(workload), revision),
    });
    if (helm === undefined) return [workload];
    const rules = { uninstallPendingInstall: false, giveUpAfter: GIVE_UP_AFTER };
    const isKnownGood = (revision: ReleaseRevision): boolean =>
      this.lastKnownGood.isKnownGood(`Release/${releaseKey(revision)}`, revision.content);
    return [new RollbackRelease({ ...shared, helm, rules, isKnownGood }), workload];
  }

  /** To be called every now and then. */
  beat(): Promise<void> {
    this.releases?.takeOver();
    return this.#working.sweep();
  }

  watchAges(): { name: string; ageMs: number }[] {
    return this.#reflectors.map((reflector) => ({ name: reflector.name, ageMs: reflector.ageMs() }));
  }

  async run(signal: AbortSignal): Promise<void> {
    this.#seen.onChange(({ current, previous }) => {
      const key = current?.key ?? previous?.key;
      if (key !== undefined) this.releases?.lookAt(key);
    });
    const moved = (key: string, rollout: RolloutView | undefined): void => {
      const namespace = rollout?.namespace ?? '';
      if (rollout === undefined || this.#parts.allowedNamespaces.includes(namespace)) this.#working.note(key, rollout);
      for (const release of this.#monitor.owning(key)) this.releases?.lookAt(release);
    };
    for (const [kind, store] of this.#stores()) {
      store.onChange(({ key, current }) => moved(`${kind}/${key}`, current?.rollout));
    }
    const all = [...this.#reflectors, ...this.#releaseReflectors.values()];
    await Promise.all(all.map((reflector) => reflector.run(signal)));
  }

  #createController(): ReleaseController | undefined {
    const { helm, shards, log } = this.#parts;
    if (helm === undefined) return undefined;
    const mayActOn = (owner: string): boolean => shards.mayActOn(owner);
    const recorder = new ReleaseRecorder({ ...this.#parts, mayActOn });
    const adoption = new ReleaseAdoption({
      views: this.#parts.cluster.remediations,
      remediations: this.#parts.remediations,
      recorder,
      notifier: this.#parts.notifier,
      clock: this.#parts.clock,
      mayActOn,
      isFresh: (namespace) => this.#watches(namespace).every(({ ageMs }) => ageMs <= this.#parts.staleWatchMs),
    });
    return new ReleaseController({
      ...this.#parts,
      helm,
      monitor: this.#monitor,
      lastKnownGood: this.lastKnownGood,
      recorder,
      adoption,
      surroundings: (namespace, policy) => this.#surroundings(namespace, policy),
      onError: (key, error) =>
        log.error({ key, err: error }, `looking at release ${key} failed: ${describeError(error)}`),
    });
  }

  #stores(): ReadonlyMap<string, ClusterCache['deployments']> {
    const { deployments, statefulSets, daemonSets } = this.#parts.cluster;
    return new Map(Object.entries({ Deployment: deployments, StatefulSet: statefulSets, DaemonSet: daemonSets }));
  }

  /** `key` is `Kind/namespace/name`. */
  #rolloutOf(key: string): RolloutView | undefined {
    const [kind = '', ...place] = key.split('/');
    return this.#stores().get(kind)?.get(place.join('/'))?.rollout;
  }

  #surroundings(
    namespace: string,
    policy: ReleasePolicy,
  ): ReturnType<ConstructorParameters<typeof ReleaseController>[0]['surroundings']> {
    const { cluster, staleWatchMs, allowedNamespaces, ownNamespace, buckets } = this.#parts;
    const { optedOut, pausedUntilMs } = cluster.namespaces.get(namespace) ?? {};
    return {
      watches: this.#watches(namespace),
      staleWatchMs,
      allowedNamespaces,
      ownNamespace,
      buckets,
      namespaceOptedOut: optedOut,
      namespacePausedUntilMs: pausedUntilMs,
      storm: this.#parts.storm(),
      blockingAlert: this.#parts.blockingAlert(policy),
    };
  }

  /** Every watch that a decision about a release of this namespace rests on. */
  #watches(namespace: string): ReleaseFacts['watches'] {
    const own = this.#releaseReflectors.get(namespace);
    const releases = { name: `releases of ${namespace}`, ageMs: own?.ageMs() ?? Number.POSITIVE_INFINITY };
    return [...this.#parts.cluster.watchAges(), ...this.watchAges(), releases];
  }

  #createReleaseReflectors(): ReadonlyMap<string, Watching> {
    const { api, clock, log, metrics, eventRecorder, helm, allowedNamespaces, watchTimeoutSeconds } = this.#parts;
    const unreadable = new UnreadableReleases({ eventRecorder, clock, count: () => metrics.unreadableReleases.inc() });
    const watched = helm === undefined ? [] : allowedNamespaces;
    return new Map(
      watched.map((namespace) => [
        namespace,
        new Reflector<V1Secret, SeenRelease>({
          clock,
          timeoutSeconds: watchTimeoutSeconds,
          onTrouble: onceInARow((message) => log.warn(message)),
          // A namespace that has just come has its rights soon after.
          backoffCapMs: 3_000,
          name: `releases of ${namespace}`,
          source: api.watches.releaseSecrets(namespace),
          store: scopedTo(this.#seen, namespace),
          project: (secret, previous) =>
            viewReleaseSecret(secret, previous, (about, problem) => unreadable.found(about, problem)),
        }),
      ]),
    );
  }

  #createReflectors(): readonly Watching[] {
    const { api, clock, log, ownNamespace, watchTimeoutSeconds } = this.#parts;
    const shared = { clock, timeoutSeconds: watchTimeoutSeconds, onTrouble: (message: string) => log.warn(message) };
    const knownGood = new Reflector<V1ConfigMap, Readonly<Record<string, string>>>({
      ...shared,
      name: 'last known good',
      source: api.watches.configMap(ownNamespace, HEALER.lastKnownGood),
      store: this.#knownGoodStore(),
      project: ({ data }) => data ?? {},
    });
    return [knownGood];
  }

  #knownGoodStore(): ObjectStore<Readonly<Record<string, string>>> {
    const store = new ObjectStore<Readonly<Record<string, string>>>();
    store.onChange(({ current }) => {
      if (current === undefined) return;
      this.lastKnownGood.load(current);
      this.releases?.lookAtAll();
    });
    return store;
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
