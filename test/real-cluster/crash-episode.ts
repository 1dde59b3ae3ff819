import { ENDED } from '../../healer/src/policy/remediation-schema.ts';
import { FakeApiServer } from '../../healer/test/fakes/fake-api-server.ts';
import type { Crash, CrashMode, CrashScene, Ending } from './crash.ts';
import { FaultyProxy, isWrite, type PassedRequest, type Treatment, wasCarriedOut } from './faulty-proxy.ts';
import { HealerProcess } from './healer-process.ts';
import type { Shop, ShopCluster } from './shop-cluster.ts';
import { PointCounter, type WritePoint } from './write-points.ts';

/** How the healer is hurt at a write point. */
const LEASE = {
  HEALER_LEASE_DURATION: '4s',
  HEALER_LEASE_RENEW_DEADLINE: '1900ms',
  HEALER_LEASE_RETRY_PERIOD: '300ms',
  HEALER_SHARDS: '1',
};
/** Longer than the lease, so that somebody else has taken the shard. */
const FREEZE_MS = 6_000;
/** Longer than the client waits for an answer. */
const HOLD_MS = 2_500;
const LATE_MS = 1_000;
const START_MS = 60_000;
/** Far more than it takes: on a machine with other work a late ending is no lost one. */
const HEAL_MS = 120_000;
const TELL_MS = 40_000;
const QUIET_MS = 1_500;
const SETTLE_MS = 800;

/** One shop, one thing that goes wrong, and a healer that is hurt at one of its writes, or not at all. */
export class CrashEpisode {
  readonly #scene: CrashScene;
  readonly #cluster: ShopCluster;
  readonly #shop: Shop;
  readonly #crash: Crash | undefined;
  readonly #healers: HealerProcess[] = [];
  readonly #proxies: FaultyProxy[] = [];
  readonly #points: WritePoint[] = [];
  readonly #injuries: Promise<unknown>[] = [];
  readonly #otherLeases = new FakeApiServer();
  /** Their answers are lost with the healer. */
  readonly #dying = new WeakSet<PassedRequest>();
  #reached = false;
  #stopping = false;

  private constructor(scene: CrashScene, cluster: ShopCluster, shop: Shop, crash: Crash | undefined) {
    this.#scene = scene;
    this.#cluster = cluster;
    this.#shop = shop;
    this.#crash = crash;
  }

  static async run(scene: CrashScene, cluster: ShopCluster, crash?: Crash): Promise<Ending> {
    const shop = await scene.open(cluster);
    const episode = new CrashEpisode(scene, cluster, shop, crash);
    await episode.#otherLeases.start();
    try {
      return await episode.#play();
    } finally {
      await episode.#end();
      await cluster.closeShop(shop);
    }
  }

  async #play(): Promise<Ending> {
    const { mode } = this.#crash ?? {};
    await until(() => this.#cluster.isWhole(this.#shop), START_MS);
    await this.#startHealer();
    if (isFrozen(mode) || mode === 'two owners') await this.#startHealer(mode === 'two owners');
    await until(() => this.#someoneIsReady(), START_MS);
    const isPutRight = await this.#scene.makeSick(this.#cluster, this.#shop);
    const healed = await until(isPutRight, HEAL_MS);
    const told = healed && (await until(() => this.#toldTheEnd(), TELL_MS));
    // So that what the end changed is written by a renewal, and not sometimes by the release.
    await pause(SETTLE_MS);
    await this.#stopHealers();
    await Promise.all(this.#injuries);
    await pause(QUIET_MS);
    const whole = await this.#cluster.isWhole(this.#shop);
    const troubles = this.#healers.flatMap(({ complaints }) => (complaints === '' ? [] : [complaints]));
    if (healed && !whole) troubles.push('the shop was whole, but is not any more');
    return {
      points: this.#points,
      reached: this.#reached,
      deeds: this.#deeds(),
      state: await this.#scene.lookBack(this.#cluster, this.#shop),
      healed: healed && whole,
      told,
      troubles,
    };
  }

  async #startHealer(ownsLeasesOfItsOwn = false): Promise<void> {
    const { server } = this.#cluster;
    const proxy = new FaultyProxy({
      upstream: server.url,
      tls: { cert: server.certificate, key: server.key },
      elsewhere: (path) => (ownsLeasesOfItsOwn && path.includes('/leases') ? this.#otherLeases.url : undefined),
    });
    this.#proxies.push(proxy);
    const counter = new PointCounter(this.#shop.namespace);
    const name = `healer-${this.#healers.length}`;
    const token = this.#shop.healerNamespace.startsWith('healproof') ? 'healer-token' : 'admin-token';
    const url = await proxy.start();
    const environment = await this.#cluster.healerEnvironment(this.#shop, name, url, token);
    const own = { ...LEASE, HEALER_HELM_HOME: server.folder, ...this.#scene.settings };
    const healer = new HealerProcess({ ...environment, ...own });
    this.#healers.push(healer);
    proxy.treat = (request) => this.#treat(counter, healer, request);
    proxy.answered = (request) => this.#answered(healer, request);
  }

  async #treat(counter: PointCounter, healer: HealerProcess, request: PassedRequest): Promise<Treatment> {
    const point = counter.take(request);
    if (point === undefined) return 'pass';
    if (this.#crash === undefined) this.#points.push(point);
    if (this.#reached || point !== this.#crash?.point) return 'pass';
    this.#reached = true;
    return this.#hurt(this.#crash.mode, healer, request);
  }

  async #hurt(mode: CrashMode, healer: HealerProcess, request: PassedRequest): Promise<Treatment> {
    switch (mode) {
      case 'killed before':
        await healer.kill();
        this.#later(this.#startAgain());
        return 'cut-before';
      case 'killed after':
        this.#dying.add(request);
        return 'cut-after';
      case 'held':
        await pause(HOLD_MS);
        return 'pass';
      case 'two owners':
        await pause(LATE_MS);
        return 'pass';
      case 'frozen':
        healer.signal('SIGSTOP');
        this.#later(pause(FREEZE_MS).then(() => healer.signal('SIGCONT')));
        return 'pass';
      case 'frozen, late write': {
        healer.signal('SIGSTOP');
        const thawed = pause(FREEZE_MS).then(() => healer.signal('SIGCONT'));
        this.#later(thawed);
        await thawed;
        return 'pass';
      }
      default:
        return mode satisfies never;
    }
  }

  async #answered(healer: HealerProcess, request: PassedRequest): Promise<void> {
    if (!this.#dying.has(request)) return;
    await healer.kill();
    this.#later(this.#startAgain());
  }

  /** As the kubelet would. */
  async #startAgain(): Promise<void> {
    if (!this.#stopping) await this.#startHealer();
  }

  #later(work: Promise<unknown>): void {
    this.#injuries.push(work);
  }

  async #someoneIsReady(): Promise<boolean> {
    const answers = await Promise.all(this.#healers.map((healer) => healer.get('/readyz')));
    return answers.some((answer) => answer?.status === 200);
  }

  /** By a record, or where the replica died with that word on its lips, by the Remediation alone. */
  async #toldTheEnd(): Promise<boolean> {
    if (this.#healers.some(({ lines }) => lines.some(({ record }) => Object(record).stage === 'resolved'))) return true;
    const phases = await this.#cluster.phasesOf(this.#shop);
    return phases.includes('Resolved') && phases.every((phase) => ENDED.has(phase));
  }

  /** Everything that was carried out but Leases, Events and the healer's own records. */
  #deeds(): string[] {
    return this.#proxies
      .flatMap(({ requests }) => requests)
      .filter((request) => isWrite(request) && wasCarriedOut(request))
      .filter(({ path }) => !/\/(leases|events|remediations|healingpolicies|configmaps)(\/|$)/.test(path))
      .map(({ method, path }) => `${method} ${path}`);
  }

  async #stopHealers(): Promise<void> {
    if (isFrozen(this.#crash?.mode) && this.#reached) await Promise.all(this.#injuries);
    this.#stopping = true;
    for (const healer of this.#healers) healer.signal('SIGTERM');
    await until(() => this.#healers.every(({ alive }) => !alive), 10_000);
  }

  async #end(): Promise<void> {
    this.#stopping = true;
    await Promise.all(this.#injuries);
    for (const healer of this.#healers) {
      healer.signal('SIGCONT');
      await healer.kill();
    }
    for (const proxy of this.#proxies) await proxy.stop();
    await this.#otherLeases.stop();
  }
}

/** What is wrong with an ending; empty when it is as if nothing had happened. */
export function judge(scene: CrashScene, ending: Ending, crash?: Crash): string[] {
  const problems = [...ending.troubles];
  if (crash !== undefined && !ending.reached) problems.push('the write point was not reached');
  if (!ending.healed)
    return [...problems, `the shop is not whole again: the action was lost ${ending.state.join(', ')}`];
  if (!ending.told) problems.push('nobody told how it ended');
  return [...problems, ...scene.judge(ending, crash)];
}

function isFrozen(mode: CrashMode | undefined): boolean {
  return mode === 'frozen' || mode === 'frozen, late write';
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** False when the condition does not hold within the time. */
async function until(holds: () => boolean | Promise<boolean>, timeoutMs: number): Promise<boolean> {
  const deadlineMs = performance.now() + timeoutMs;
  while (performance.now() < deadlineMs) {
    if (await holds()) return true;
    await pause(50);
  }
  return false;
}
