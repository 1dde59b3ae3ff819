import type { Evidence, Injection, ProbeSeries } from './evidence.ts';

/** What makes the evidence itself unusable: sentences, none where it can be judged. */
export function invalidEvidence(evidence: Evidence): string[] {
  return [
    ...windowProblems(evidence),
    ...probeProblems(evidence),
    ...undatedLines(evidence),
    ...(evidence.injection === null ? [] : injectionProblems(evidence.injection)),
  ];
}

function windowProblems({ observedFromMs, observedToMs, clockSkewMs, scenario }: Evidence): string[] {
  const problems: string[] = [];
  if (!Number.isFinite(observedFromMs) || !Number.isFinite(observedToMs) || observedFromMs > observedToMs)
    problems.push('the window of observation makes no sense');
  if (!(Number.isFinite(clockSkewMs) && clockSkewMs >= 0)) problems.push('the clock skew is not known');
  const { withinMs, stableForMs } = scenario.recovery;
  if (!(Number.isFinite(withinMs) && withinMs >= 0 && Number.isFinite(stableForMs) && stableForMs >= 0))
    problems.push('within and stableFor must be finite');
  return problems;
}

function probeProblems({ probes, scenario }: Evidence): string[] {
  const asked = scenario.steadyState.map((probe) => JSON.stringify(probe)).sort();
  const given = probes.map((series) => JSON.stringify(series.probe)).sort();
  if (asked.length !== given.length || asked.some((probe, index) => probe !== given[index]))
    return ['the probes that were sampled are not those of the scenario'];
  return probes.flatMap(seriesProblem);
}

function seriesProblem({ probe, stepMs, resolutionMs }: ProbeSeries): string[] {
  const usable = Number.isFinite(stepMs) && stepMs > 0 && Number.isFinite(resolutionMs) && resolutionMs >= stepMs;
  return usable ? [] : [`${probe.name}: step ${stepMs} ms and resolution ${resolutionMs} ms make no sense`];
}

function injectionProblems({ requestedAtMs, acceptedAtMs, undoneAtMs, parts = [] }: Injection): string[] {
  const times = [requestedAtMs, acceptedAtMs ?? requestedAtMs, undoneAtMs ?? requestedAtMs];
  if (!times.every(Number.isFinite)) return ['the times of the injection are not numbers'];
  const starts = [requestedAtMs, ...parts.map((part) => part.requestedAtMs)];
  if (starts.some((atMs, index) => atMs < (starts[index - 1] ?? atMs)))
    return ['the faults of the sequence are not in the order of time'];
  return [...new Set(parts.flatMap(injectionProblems))];
}

/** A line without a time would fall out of every window unseen. */
function undatedLines({ injection, audit, watch, alerts = [], messages }: Evidence): string[] {
  const lines: Readonly<Record<string, readonly number[]>> = {
    'audit log': audit.entries.map((entry) => entry.atMs),
    "healer's diary": watch.records.flatMap((r) => [r.recordedAtMs, r.detectedAtMs, r.actedAtMs ?? r.recordedAtMs]),
    witness: [...(injection?.baseline ?? []), ...(injection?.readings ?? [])].map((look) => look.atMs),
    'alert rule': alerts.flatMap(({ sightings }) => sightings.map((look) => look.atMs)),
    alert: alerts.flatMap(({ points, pointsFromMs }) => [pointsFromMs, ...points.map((point) => point.atMs)]),
    receiver: (messages?.sightings ?? []).flatMap((look) => [
      look.askedAtMs,
      look.atMs,
      look.nowMs,
      look.startedAtMs,
      look.taken,
    ]),
    message: (messages?.messages ?? []).flatMap((message) => [message.atMs, message.sequence]),
    injector: [...(injection?.events ?? []), ...(injection?.sightings ?? [])].map((sign) => sign.atMs),
  };
  return Object.entries(lines).flatMap(([who, times]) =>
    times.every(Number.isFinite) ? [] : [`${who}: a line carries no time`],
  );
}
