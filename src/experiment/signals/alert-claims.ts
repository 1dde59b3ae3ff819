import type { ExpectedAlert } from '../../scenario/model/scenario.ts';
import type { RunAnalysis } from '../analysis/run-analysis.ts';
import type { Span } from '../evidence/interval.ts';
import { exceeds, fitsWithin, seconds, spanText } from '../evidence/interval.ts';
import type { AlertWatch } from '../evidence/signals.ts';
import { INJECTION_RESOLUTION_MS } from '../probes/resolution.ts';
import { SignalClaim, type SignalResult } from '../result/signal-result.ts';
import { type Firing, firingsOf, gapMs } from './firing.ts';
import { intervalOf, notEvaluated } from './signal-coverage.ts';

type Moment = Pick<RunAnalysis, 'evidence' | 'startMs' | 'injected'>;

/** Least budget, ms, that can be judged of an alert that is evaluated so often. */
export function leastAlertBudgetMs(intervalMs: number): number {
  return 2 * (INJECTION_RESOLUTION_MS + intervalMs);
}

/** Claims that alerts fire in time, and that others do not fire. */
export function alertResults(analysis: RunAnalysis): SignalResult[] {
  const { fireAlerts = [], silentAlerts = [] } = analysis.evidence.scenario.recovery;
  return [
    ...fireAlerts.map((expected) => mustFire(analysis, expected)),
    ...silentAlerts.map((name) => mustBeSilent(analysis, name)),
  ];
}

/** Until when an alert that has not fired yet could still do so in time and be seen; null where it has. Epoch ms. */
export function awaitedAlertMs({ evidence, startMs, injected }: Moment): number | null {
  const deadlines = (evidence.scenario.recovery.fireAlerts ?? []).flatMap(({ name, withinMs }) => {
    const watch = watchOf(evidence, name);
    const intervalMs = watch === null ? null : intervalOf(watch);
    if (watch === null || intervalMs === null) return [];
    const hasFired = firingsOf(watch).some(({ fromMs }) => fromMs > startMs + evidence.clockSkewMs);
    return hasFired ? [] : [injected.latestMs + withinMs + intervalMs + evidence.clockSkewMs];
  });
  return deadlines.length === 0 ? null : Math.max(...deadlines);
}

function watchOf({ alerts }: RunAnalysis['evidence'], name: string): AlertWatch | null {
  return alerts?.find((watch) => watch.name === name) ?? null;
}

function mustFire(analysis: RunAnalysis, { name, withinMs }: ExpectedAlert): SignalResult {
  const claim = new SignalClaim(`alert ${name} fires within ${seconds(withinMs)}`);
  const watch = watchOf(analysis.evidence, name);
  const intervalMs = watch === null ? null : intervalOf(watch);
  if (watch === null || intervalMs === null)
    return claim.not('WATCHER_ABSENT', `alert ${name}: its rule was never seen`);
  const blind = blindness(analysis, watch);
  if (blind !== null) return claim.not('NO_DATA', blind);
  if (withinMs < leastAlertBudgetMs(intervalMs))
    return claim.not(
      'WITHIN_RESOLUTION',
      `alert ${name} is evaluated every ${seconds(intervalMs)}, too seldom to judge`,
    );
  const firings = firingsOf(watch);
  if (isOld(analysis, watch, firings)) return claim.not('GATE_NOT_MET', wasFiring(name));
  const fired = firstNew(analysis, firings);
  return fired === null
    ? neverFired(analysis, claim, watch, { withinMs, intervalMs })
    : didFire(analysis, claim, watch, { fired, withinMs, intervalMs });
}

/** An alert is only known to have begun firing between two evaluations: the last without it and the first with it. */
function didFire(
  { evidence, injected, startMs }: RunAnalysis,
  claim: SignalClaim,
  watch: AlertWatch,
  { fired, withinMs, intervalMs }: { readonly fired: Firing; readonly withinMs: number; readonly intervalMs: number },
): SignalResult {
  const { clockSkewMs: skewMs } = evidence;
  const unseen = notEvaluated(watch, { fromMs: startMs, toMs: fired.fromMs, skewMs });
  if (unseen !== null)
    return claim.not('WATCHER_ABSENT', `alert ${watch.name} fired, but since when is not known: ${unseen}`);
  const took: Span = {
    lowerMs: Math.max(0, fired.fromMs - intervalMs - injected.latestMs - skewMs),
    upperMs: Math.max(0, fired.fromMs - injected.earliestMs + skewMs),
  };
  const detail = `alert ${watch.name} fired ${spanText(took)} after the injection, allowed are ${seconds(withinMs)}`;
  if (fitsWithin(took, withinMs)) return claim.met(detail);
  return claim.not(exceeds(took, withinMs) ? 'ALERT_MISSING' : 'WITHIN_RESOLUTION', detail);
}

function neverFired(
  { evidence, injected, startMs, endedBefore }: RunAnalysis,
  claim: SignalClaim,
  watch: AlertWatch,
  { withinMs, intervalMs }: { readonly withinMs: number; readonly intervalMs: number },
): SignalResult {
  const { clockSkewMs: skewMs, observedToMs } = evidence;
  const { name } = watch;
  const deadlineMs = injected.latestMs + withinMs + intervalMs + skewMs;
  if (observedToMs < deadlineMs)
    return claim.not('NO_DATA', `alert ${name} had not fired when observation ended, and still had time to`);
  const unseen = notEvaluated(watch, { fromMs: startMs, toMs: deadlineMs, skewMs });
  if (unseen !== null) return claim.not('WATCHER_ABSENT', `alert ${name} was not seen to fire, but ${unseen}`);
  const end = endedBefore(injected.latestMs + withinMs);
  if (end !== null) return claim.not('FAULT_ENDED_EARLY', `alert ${name} did not fire, but ${end}`);
  const detail = `alert ${name} did not fire within ${seconds(withinMs)}, evaluated every ${seconds(intervalMs)}`;
  return claim.not('ALERT_MISSING', detail);
}

function mustBeSilent(analysis: RunAnalysis, name: string): SignalResult {
  const claim = new SignalClaim(`alert ${name} is silent`);
  const { evidence, startMs } = analysis;
  const { clockSkewMs: skewMs, observedToMs: toMs } = evidence;
  const watch = watchOf(evidence, name);
  if (watch === null) return claim.not('WATCHER_ABSENT', `alert ${name}: nobody watched it`);
  const firings = firingsOf(watch);
  const fired = firstNew(analysis, firings);
  const isBlind = blindness(analysis, watch);
  // It was seen to fire, and the points from before the start are known to show that it was not firing already.
  if (fired !== null && isBlind === null && intervalOf(watch) !== null)
    return claim.not('ALERT_FIRED', `alert ${name} fired ${seconds(fired.fromMs - startMs)} after the start`);
  if (isBlind !== null) return claim.not('NO_DATA', isBlind);
  if (isOld(analysis, watch, firings)) return claim.not('GATE_NOT_MET', wasFiring(name));
  const unseen = notEvaluated(watch, { fromMs: startMs, toMs, skewMs });
  if (unseen !== null) return claim.not('WATCHER_ABSENT', `alert ${name} was not seen to fire, but ${unseen}`);
  return claim.met(`alert ${name} was silent, evaluated throughout${slowness(watch, toMs - startMs)}`);
}

/** An alert whose `for` is longer than the time watched could not fire at all; the reader must be told. */
function slowness({ sightings }: AlertWatch, watchedMs: number): string {
  const forMs = Math.max(0, ...sightings.flatMap(({ rules }) => rules.map((rule) => rule.forMs)));
  return forMs < watchedMs ? '' : `; it fires after ${seconds(forMs)} only, and was watched for ${seconds(watchedMs)}`;
}

/** Whether it fired before can only be told by points from before. */
function blindness({ startMs, evidence }: RunAnalysis, watch: AlertWatch): string | null {
  if (watch.problem !== null) return `alert ${watch.name}: ${watch.problem}`;
  const limitMs = gapMs(watch);
  if (!Number.isFinite(limitMs)) return null;
  const isDeep = watch.pointsFromMs <= startMs - limitMs - evidence.clockSkewMs;
  return isDeep ? null : `alert ${watch.name}: it is not known whether it was firing before the start`;
}

function isOld({ startMs, evidence }: RunAnalysis, watch: AlertWatch, firings: readonly Firing[]): boolean {
  const { clockSkewMs } = evidence;
  const limitMs = gapMs(watch);
  return firings.some(({ fromMs, toMs }) => fromMs <= startMs + clockSkewMs && toMs + limitMs >= startMs - clockSkewMs);
}

function firstNew({ startMs, evidence }: RunAnalysis, firings: readonly Firing[]): Firing | null {
  const { clockSkewMs, observedToMs } = evidence;
  return firings.find(({ fromMs }) => fromMs > startMs + clockSkewMs && fromMs <= observedToMs) ?? null;
}

function wasFiring(name: string): string {
  return `alert ${name} was firing before the injection, so it says nothing about it`;
}
