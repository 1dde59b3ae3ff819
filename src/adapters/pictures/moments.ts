import type { Instant } from '../../experiment/evidence/evidence.ts';
import type { Judgement } from '../../experiment/result/judgement.ts';
import type { RunRecord } from '../../experiment/run-record/run-record.ts';

export interface NamedMoment {
  readonly name: string;
  readonly at: Instant;
}

const NAMES = {
  injectedAt: 'injected',
  impactedAt: 'impacted',
  detectedAt: 'detected',
  decidedAt: 'decided',
  actedAt: 'acted',
  restoredAt: 'restored',
  stableAt: 'stable',
} as const satisfies Record<keyof Judgement['timeline'], string>;

/** The moments that are known, in the order in which a recovery has them. */
export function momentsOf(judgement: Judgement): NamedMoment[] {
  return (Object.keys(NAMES) as (keyof typeof NAMES)[]).flatMap((key) => {
    const at = judgement.timeline[key];
    return at === null ? [] : [{ name: NAMES[key], at }];
  });
}

/** Zero of every picture's clock: the injection, or the first look where nothing was injected. Epoch ms. */
export function originOf({ evidence, judgement }: RunRecord): number {
  return judgement?.timeline.injectedAt?.earliestMs ?? evidence.injection?.requestedAtMs ?? evidence.observedFromMs;
}

/** From the injection to the moment the fault is known to be no longer in force; null without a fault. */
export function faultWindow({
  evidence,
  judgement,
}: RunRecord): { readonly from: Instant; readonly to: Instant } | null {
  const { injection, observedToMs } = evidence;
  if (injection === null) return null;
  const { requestedAtMs, sightings, undoneAtMs } = injection;
  const from = judgement?.timeline.injectedAt ?? { earliestMs: requestedAtMs, latestMs: requestedAtMs };
  const lastInForceMs = sightings.findLast(({ state }) => state === 'in-force')?.atMs ?? from.latestMs;
  const firstEndedMs = sightings.find(
    ({ state, atMs }) => state !== 'in-force' && state !== 'unknown' && atMs > lastInForceMs,
  )?.atMs;
  const endMs = Math.min(undoneAtMs ?? Number.POSITIVE_INFINITY, firstEndedMs ?? Number.POSITIVE_INFINITY);
  if (endMs === Number.POSITIVE_INFINITY) return { from, to: { earliestMs: observedToMs, latestMs: observedToMs } };
  const isKnown = endMs === undoneAtMs;
  return { from, to: { earliestMs: isKnown ? endMs : Math.min(lastInForceMs, endMs), latestMs: endMs } };
}
