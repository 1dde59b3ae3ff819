import type { Shop, ShopCluster } from './shop-cluster.ts';
import type { WritePoint } from './write-points.ts';

export const CRASH_MODES = [
  'killed before',
  'killed after',
  'held',
  'frozen',
  'frozen, late write',
  'two owners',
] as const;
export type CrashMode = (typeof CRASH_MODES)[number];

export interface Crash {
  readonly point: WritePoint;
  readonly mode: CrashMode;
}

export interface Ending {
  /** The points of the episode in their order. */
  readonly points: readonly WritePoint[];
  /** The wanted one was reached. */
  readonly reached: boolean;
  /** What was done to the shop, each as often as the server carried it out. */
  readonly deeds: readonly string[];
  /** What there is in the end beside that. */
  readonly state: readonly string[];
  /** What was sick is put right and the shop is whole. */
  readonly healed: boolean;
  /** Some replica said how the incident ended. */
  readonly told: boolean;
  /** What else was wrong, in sentences. */
  readonly troubles: readonly string[];
}

/** What goes wrong in an episode, and how it is told that it was put right, once. */
export interface CrashScene {
  readonly name: 'pod' | 'release';
  /** Settings of the healer beside the usual ones. */
  readonly settings: Readonly<Record<string, string>>;
  open(cluster: ShopCluster): Promise<Shop>;
  /** Resolves with the question whether it was put right. */
  makeSick(cluster: ShopCluster, shop: Shop): Promise<() => Promise<boolean>>;
  /** What there is in the end beside what was done, e.g. the revisions of a release. */
  lookBack(cluster: ShopCluster, shop: Shop): Promise<readonly string[]>;
  /** What is wrong with what was done and what there is; `crash` is undefined when nothing was hurt. */
  judge(ending: Pick<Ending, 'deeds' | 'state'>, crash?: Crash): string[];
}
