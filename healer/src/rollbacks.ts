import type { V1ConfigMap, V1Secret } from '@kubernetes/client-node';
import type { Logger } from 'pino';
import type { Clock } from './clock.ts';
import type { World } from './cluster/cluster-cache.ts';
import type { PodView } from './cluster/pod.ts';
import type { RolloutView } from './cluster/rollout.ts';
import { describeError } from './errors.ts';
import type { Recorder } from './incidents/event-recorder.ts';
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
import { ProvenBook } from './releases/last-known-good.ts';
import { ReleaseInheritance } from './releases/release-adoption.ts';
import { ReleaseController } from './releases/release-controller.ts';
import type { ReleaseFacts } from './releases/release-guards.ts';
import { ReleaseDiary } from './releases/release-recorder.ts';
import { type ReleaseRevision, releaseKey } from './releases/secrets/release.ts';
import { type SeenRelease, viewReleaseSecret } from './releases/secrets/release-view.ts';
import { UnreadableReleases } from './releases/unreadable-releases.ts';
import { subjectOf, WorkloadProver } from './releases/working-revisions.ts';
import type { Ledger } from './remediations/action-history.ts';
import type { Claims } from './remediations/remediation-ownership.ts';
import type { Ownership } from './shards/ownership.ts';
import type { HealerMetrics } from './telemetry/metrics.ts';
import type { Traces } from './telemetry/traces.ts';

export interface RollbackParts {
  readonly api: KubeClient;
  /** Without it Helm releases are left alone. */
  readonly helm: Pick<HelmCommand, 'rollback' | 'uninstall'> | undefined;
  readonly world: World;
  readonly policies: () => readonly ReleasePolicy[];
  readonly recorder: Pick<Recorder, 'write' | 'mention' | 'announce'>;
  readonly notifier: Pick<Notifier, 'tell' | 'inherit'>;
  readonly metrics: HealerMetrics;
  readonly traces: Traces;
  readonly claims: Claims;
  readonly ledger: Ledger;
  /** For all policies together, and for each namespace. */
  readonly buckets: ReleaseFacts['buckets'];
  readonly ownership: Ownership;
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
  readonly provenAfterMs: number;
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
  readonly proven: ProvenBook;
  /** Undefined where Helm releases are left alone. */
  readonly releases: ReleaseController | undefined;
  readonly #parts: RollbackParts;
  readonly #seen = new ObjectStore<SeenRelease>();
  readonly #reflectors: readonly Watching[];
  /** By namespace. A namespace without rights or not there yet blinds the healer to its own releases alone. */
  readonly #releaseReflectors: ReadonlyMap<string, Watching>;
  readonly #monitor: ReleaseMonitor;
  readonly #prover: WorkloadProver;

  constructor(parts: RollbackParts) {
    this.#parts = parts;
    const { api, ownership, ownNamespace, world } = parts;
    this.proven = new ProvenBook((data) => api.patchConfigMap(ownNamespace, HEALER.provenRevisions, data));
    this.#monitor = new ReleaseMonitor(this.#seen, {
      rolloutOf: (key) => this.#rolloutOf(key),
      newPodsOf: (rollout) => world.newPodsOf(rollout),
    });
    this.releases = this.#createController();
    this.#prover = new WorkloadProver({
      ...parts,
      proven: this.proven,
      mayActOn: (uid) => ownership.mayActOn(uid),
      revisionOf: (rollout) => world.newestRevisionOf(rollout),
      onError: (error) => parts.log.warn(`a working revision could not be noted: ${describeError(error)}`),
    });
    this.#reflectors = this.#createReflectors();
    this.#releaseReflectors = this.#createReleaseReflectors();
  }

  /** Ways to treat a pod that a bad rollout made sick. */
  remedies(): Remedy[] {
    const { api, clock, ownership, world, helm, allowedNamespaces } = this.#parts;
    const podsIn = (namespace: string): PodView[] =>
      [...world.pods.values()].filter((pod) => pod.namespace === namespace);
    const shared = { api, clock, ownership, podsIn, allowedNamespaces };
    const workload = new RollbackWorkload({
      ...shared,
      giveUpAfter: GIVE_UP_AFTER,
      isProven: (workload, revision) => this.proven.isProven(subjectOf(workload), revision),
    });
    if (helm === undefined) return [workload];
    const rules = { uninstallPendingInstall: false, giveUpAfter: GIVE_UP_AFTER };
    const isProven = (revision: ReleaseRevision): boolean =>
      this.proven.isProven(`Release/${releaseKey(revision)}`, revision.content);
    return [new RollbackRelease({ ...shared, helm, rules, isProven }), workload];
  }

  /** To be called every now and then. */
  beat(): Promise<void> {
    this.releases?.takeOver();
    return this.#prover.sweep();
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
      if (rollout === undefined || this.#parts.allowedNamespaces.includes(namespace)) this.#prover.note(key, rollout);
      for (const release of this.#monitor.owning(key)) this.releases?.lookAt(release);
    };
    for (const [kind, store] of this.#stores()) {
      store.onChange(({ key, current }) => moved(`${kind}/${key}`, current?.rollout));
    }
    const all = [...this.#reflectors, ...this.#releaseReflectors.values()];
    await Promise.all(all.map((reflector) => reflector.run(signal)));
  }

  #createController(): ReleaseController | undefined {
    const { helm, ownership, log } = this.#parts;
    if (helm === undefined) return undefined;
    const mayActOn = (owner: string): boolean => ownership.mayActOn(owner);
    const diary = new ReleaseDiary({ ...this.#parts, mayActOn });
    const inheritance = new ReleaseInheritance({
      remediations: this.#parts.world.remediations,
      claims: this.#parts.claims,
      diary,
      notifier: this.#parts.notifier,
      clock: this.#parts.clock,
      mayActOn,
      isFresh: (namespace) => this.#watches(namespace).every(({ ageMs }) => ageMs <= this.#parts.staleWatchMs),
    });
    return new ReleaseController({
      ...this.#parts,
      helm,
      monitor: this.#monitor,
      proven: this.proven,
      diary,
      inheritance,
      surroundings: (namespace, policy) => this.#surroundings(namespace, policy),
      onError: (key, error) =>
        log.error({ key, err: error }, `looking at release ${key} failed: ${describeError(error)}`),
    });
  }

  #stores(): ReadonlyMap<string, World['deployments']> {
    const { deployments, statefulSets, daemonSets } = this.#parts.world;
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
    const { world, staleWatchMs, allowedNamespaces, ownNamespace, buckets } = this.#parts;
    const { optedOut, pausedUntilMs } = world.namespaces.get(namespace) ?? {};
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
    return [...this.#parts.world.watchAges(), ...this.watchAges(), releases];
  }

  #createReleaseReflectors(): ReadonlyMap<string, Watching> {
    const { api, clock, log, metrics, recorder, helm, allowedNamespaces, watchTimeoutSeconds } = this.#parts;
    const unreadable = new UnreadableReleases({ recorder, clock, count: () => metrics.unreadableReleases.inc() });
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
    const proven = new Reflector<V1ConfigMap, Readonly<Record<string, string>>>({
      ...shared,
      name: 'proven revisions',
      source: api.watches.configMap(ownNamespace, HEALER.provenRevisions),
      store: this.#provenStore(),
      project: ({ data }) => data ?? {},
    });
    return [proven];
  }

  #provenStore(): ObjectStore<Readonly<Record<string, string>>> {
    const store = new ObjectStore<Readonly<Record<string, string>>>();
    store.onChange(({ current }) => {
      if (current === undefined) return;
      this.proven.load(current);
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
