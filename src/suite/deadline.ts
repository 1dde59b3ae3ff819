import { AbortedError } from '../errors.ts';
import { formatSeconds } from '../experiment/result/wording.ts';
import { lastAfterMs } from '../scenario/model/fault.ts';
import type { Scenario } from '../scenario/model/scenario.ts';

/** Room for preflight, deployment, proof, clean-up and slow machines, ms. */
const OVERHEAD_MS = 15 * 60_000;
/** For a cluster of its own, with images that are there, ms. */
const FRESH_CLUSTER_MS = 20 * 60_000;
/** From the moment a run is told to stop to the moment it must have cleaned up, ms. */
export const CLEAN_UP_MS = 10 * 60_000;

/** After so long a run is told to stop, ms: nothing that it waits for by itself takes longer. */
export function deadlineOf(scenario: Scenario): number {
  const { steadyState, recovery, cluster, fault } = scenario;
  const holdMs = Math.max(0, ...steadyState.map((probe) => probe.forMs));
  const recoveryMs = lastAfterMs(fault) + recovery.withinMs + recovery.stableForMs;
  return holdMs + recoveryMs + OVERHEAD_MS + (cluster === 'fresh' ? FRESH_CLUSTER_MS : 0);
}

/** After so long nobody waits for a scenario any more, ms: later than every deadline, so that it can never cut a clean-up. */
export function testTimeoutOf(scenario: Scenario): number {
  return deadlineOf(scenario) + CLEAN_UP_MS;
}

/** A signal that fires after `ms` unless it is disposed of first. */
export function abortAfter(ms: number): Disposable & { readonly signal: AbortSignal } {
  const controller = new AbortController();
  const reason = new AbortedError(`the run was still going after ${formatSeconds(ms)} s`);
  const timer = setTimeout(() => controller.abort(reason), ms);
  return { signal: controller.signal, [Symbol.dispose]: () => clearTimeout(timer) };
}

/** Settles as the work does, or rejects after `ms`: work that never ends must not hold up what is behind it. */
export async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  using late = abortAfter(ms);
  const { promise, reject } = Promise.withResolvers<never>();
  late.signal.addEventListener('abort', () => reject(late.signal.reason));
  return await Promise.race([work, promise]);
}
