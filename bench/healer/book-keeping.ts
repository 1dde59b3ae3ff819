import type { HealerProcess } from '../../test/real-cluster/healer-process.ts';
import type { CrowdCluster } from './crowd-cluster.ts';

/** What a Remediation says has become of a pod. */
export interface Fate {
  readonly phase: string;
  readonly refusal: string | undefined;
  /** Intents that were written down; each is followed by an action unless something forbids it at the last moment. */
  readonly attempts: number;
  readonly hasActed: boolean;
  /** Acted on, or refused with a reason. */
  readonly isSettled: boolean;
}

const ACTED = new Set(['Acted', 'Resolved', 'Failed', 'GaveUp']);

/** The Remediations of the API server about each of the pods, by UID; an empty list where there is none. */
export async function fatesOf(cluster: CrowdCluster, uids: ReadonlySet<string>): Promise<Map<string, Fate[]>> {
  const fates = new Map<string, Fate[]>([...uids].map((uid) => [uid, []]));
  const { items } = (await cluster.custom.listClusterCustomObject({
    group: 'healproof.dev',
    version: 'v1alpha1',
    plural: 'remediations',
  })) as {
    items: { spec: { target: { uid: string } }; status?: Partial<Pick<Fate, 'phase' | 'refusal' | 'attempts'>> }[];
  };
  for (const { spec, status = {} } of items) {
    const { phase = '', refusal, attempts = 0 } = status;
    const hasActed = ACTED.has(phase) && attempts > 0;
    const isSettled = hasActed || (phase === 'Refused' && refusal !== undefined);
    fates.get(spec.target.uid)?.push({ phase, refusal, attempts, hasActed, isSettled });
  }
  return fates;
}

/** How often each pod was acted on by the logs of all replicas, and how long after `sinceMs` each was first decided on. */
export function bookOf(
  healers: readonly HealerProcess[],
  uids: ReadonlySet<string>,
  sinceMs: number,
): { readonly acted: ReadonlyMap<string, number>; readonly firstMs: readonly number[] } {
  const acted = new Map<string, number>();
  const first = new Map<string, number>();
  for (const { record } of healers.flatMap(({ lines }) => lines)) {
    const { stage, refusal, target, recordedAtMs } = Object(record);
    const uid = String(target?.uid);
    if (!uids.has(uid) || (stage !== 'acted' && stage !== 'refused') || refusal === 'NotMyShard') continue;
    if (stage === 'acted') acted.set(uid, (acted.get(uid) ?? 0) + 1);
    first.set(uid, Math.min(first.get(uid) ?? Number.POSITIVE_INFINITY, recordedAtMs - sinceMs));
  }
  return { acted, firstMs: [...first.values()] };
}

/** Everything that healers have done or found worth an incident, by their logs. */
export function deedsOf(healers: readonly HealerProcess[]): { readonly acted: string[]; readonly detected: string[] } {
  const records = healers.flatMap(({ lines }) => lines).map(({ record }) => Object(record));
  const of = (stage: string): string[] =>
    records.filter((each) => each.stage === stage).map(({ condition, target }) => `${condition} ${target?.name}`);
  return { acted: of('acted'), detected: of('detected') };
}
