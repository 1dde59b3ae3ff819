import type { V1ConfigMap, V1DaemonSet, V1Secret, V1StatefulSet } from '@kubernetes/client-node';
import type { Logger } from 'pino';
import type { Clock } from './clock.ts';
import type { HelmCommand } from './engines/rollback/helm-command.ts';
import { describeError } from './errors.ts';
import type { ReleaseFacts } from './guards/release-guards.ts';
import type { KubeClient } from './kube/client.ts';
import { ObjectStore } from './kube/object-store.ts';
import { Reflector } from './kube/reflector.ts';
import { ReleaseMonitor } from './monitors/helm/observe.ts';
import type { ReleasePolicy } from './monitors/helm/release-policy.ts';
import { type SeenRelease, viewReleaseSecret } from './monitors/helm/release-view.ts';
import { type RolloutView, rolloutOfDaemonSet, rolloutOfStatefulSet } from './monitors/helm/rollout.ts';
import { HEALER } from './names.ts';
import type { Ownership } from './ownership.ts';
import { ProvenBook } from './records/proven-book.ts';
import type { Recorder } from './records/recorder.ts';
import { ReleaseDiary } from './records/release-diary.ts';
import { ownerOf, ReleaseController } from './release-controller.ts';
import type { HealerMetrics } from './telemetry/metrics.ts';
import type { World } from './world.ts';

export interface HelmHealingParts {
  readonly api: KubeClient;
  readonly helm: Pick<HelmCommand, 'rollback' | 'uninstall'>;
  readonly world: World;
  readonly policies: () => readonly ReleasePolicy[];
  readonly recorder: Pick<Recorder, 'write' | 'mention'>;
  readonly metrics: HealerMetrics;
  readonly ownership: Ownership;
  readonly clock: Clock;
  readonly log: Logger;
  /** Namespaces whose release Secrets are read: only those the healer may act in. */
  readonly allowedNamespaces: readonly string[];
  readonly ownNamespace: string;
  readonly staleWatchMs: number;
  readonly watchTimeoutSeconds: number;
  /** How long content must be whole before it counts as good, milliseconds. */
  readonly provenAfterMs: number;
}

/** The part of the healer that looks after Helm releases. */
export class HelmHealing {
  readonly controller: ReleaseController;
  readonly proven: ProvenBook;
  readonly #parts: HelmHealingParts;
  readonly #releases = new ObjectStore<SeenRelease>();
  readonly #others = new ObjectStore<RolloutView>();
  readonly #reflectors: readonly { readonly name: string; ageMs(): number; run(signal: AbortSignal): Promise<void> }[];
  readonly #monitor: ReleaseMonitor;

  constructor(parts: HelmHealingParts) {
    this.#parts = parts;
    const { api, ownership, ownNamespace, world } = parts;
    this.proven = new ProvenBook((data) => api.patchConfigMap(ownNamespace, HEALER.provenRevisions, data));
    this.#monitor = new ReleaseMonitor(this.#releases, {
      rolloutOf: (key) => this.#rolloutOf(key),
      newPodsOf: (rollout) => world.newPodsOf(rollout),
    });
    const mayActOn = (key: string): boolean => ownership.mayActOn(ownerOf(key));
    this.controller = new ReleaseController({
      ...parts,
      monitor: this.#monitor,
      proven: this.proven,
      diary: new ReleaseDiary({ ...parts, mayActOn }),
      surroundings: (namespace) => this.#surroundings(namespace),
      onError: (key, error) =>
        parts.log.error({ key, err: error }, `looking at release ${key} failed: ${describeError(error)}`),
    });
    this.#reflectors = this.#createReflectors();
  }

  watchAges(): { name: string; ageMs: number }[] {
    return this.#reflectors.map((reflector) => ({ name: reflector.name, ageMs: reflector.ageMs() }));
  }

  async run(signal: AbortSignal): Promise<void> {
    this.#releases.onChange(({ current, previous }) => {
      const key = current?.key ?? previous?.key;
      if (key !== undefined) this.controller.lookAt(key);
    });
    const lookAtOwners = (key: string): void => {
      for (const release of this.#monitor.owning(key)) this.controller.lookAt(release);
    };
    this.#others.onChange(({ key }) => lookAtOwners(key));
    this.#parts.world.deployments.onChange(({ key }) => lookAtOwners(`Deployment/${key}`));
    await Promise.all(this.#reflectors.map((reflector) => reflector.run(signal)));
  }

  #rolloutOf(key: string): RolloutView | undefined {
    const deployment = /^Deployment\/(.+)$/.exec(key)?.[1];
    return deployment === undefined ? this.#others.get(key) : this.#parts.world.deployments.get(deployment)?.rollout;
  }

  #surroundings(namespace: string): ReturnType<ConstructorParameters<typeof ReleaseController>[0]['surroundings']> {
    const { world, staleWatchMs, allowedNamespaces, ownNamespace } = this.#parts;
    const watches: ReleaseFacts['watches'] = [...world.watchAges(), ...this.watchAges()];
    const namespaceOptedOut = world.namespaces.get(namespace)?.optedOut;
    return { watches, staleWatchMs, allowedNamespaces, ownNamespace, namespaceOptedOut };
  }

  #createReflectors() {
    const { api, clock, log, metrics, allowedNamespaces, ownNamespace, watchTimeoutSeconds } = this.#parts;
    const shared = { clock, timeoutSeconds: watchTimeoutSeconds, onTrouble: (message: string) => log.warn(message) };
    const onUnreadable = (secret: string, reason: string): void => {
      metrics.unreadableReleases.inc();
      log.warn({ secret }, `no release in Secret ${secret}: ${reason}; it is ignored`);
    };
    const releases = allowedNamespaces.map(
      (namespace) =>
        new Reflector<V1Secret, SeenRelease>({
          ...shared,
          name: `releases of ${namespace}`,
          source: api.releaseSecrets(namespace),
          store: scopedTo(this.#releases, namespace),
          project: (secret, previous) => viewReleaseSecret(secret, previous, onUnreadable),
        }),
    );
    const statefulSets = new Reflector<V1StatefulSet, RolloutView>({
      ...shared,
      name: 'statefulsets',
      source: api.statefulSets(),
      store: prefixed(this.#others, 'StatefulSet/'),
      project: rolloutOfStatefulSet,
    });
    const daemonSets = new Reflector<V1DaemonSet, RolloutView>({
      ...shared,
      name: 'daemonsets',
      source: api.daemonSets(),
      store: prefixed(this.#others, 'DaemonSet/'),
      project: rolloutOfDaemonSet,
    });
    const proven = new Reflector<V1ConfigMap, Readonly<Record<string, string>>>({
      ...shared,
      name: 'proven revisions',
      source: api.configMap(ownNamespace, HEALER.provenRevisions),
      store: this.#provenStore(),
      project: ({ data }) => data ?? {},
    });
    return [...releases, statefulSets, daemonSets, proven];
  }

  #provenStore(): ObjectStore<Readonly<Record<string, string>>> {
    const store = new ObjectStore<Readonly<Record<string, string>>>();
    store.onChange(({ current }) => {
      if (current === undefined) return;
      this.proven.load(current);
      this.controller.lookAtAll();
    });
    return store;
  }
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

function prefixed<T>(target: ObjectStore<T>, prefix: string): ObjectStore<T> {
  const own = new ObjectStore<T>();
  own.onChange(({ key, current }) => {
    if (current === undefined) target.delete(`${prefix}${key}`);
    else target.set(`${prefix}${key}`, current);
  });
  return own;
}
