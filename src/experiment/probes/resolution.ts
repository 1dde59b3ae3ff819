import type { Phase } from '../result/judgement.ts';

/** What delays a probe's answer, all in ms. */
export interface ProbeTiming {
  /** The true scrape interval of the job behind the probe. */
  readonly scrapeIntervalMs: number;
  /** How often the exporter itself looks; 0 where it counts as it goes (cAdvisor: about 10 s). */
  readonly exporterRefreshMs: number;
  readonly queryStepMs: number;
  /** The longest range, subquery or offset in the query; 0 without one. */
  readonly longestRangeMs: number;
  /** Evaluation interval of the recording rule that is read; 0 without one. */
  readonly ruleIntervalMs: number;
}

/** By how much a change may show late in a probe's samples, ms; infinite where one of the figures is not known. */
export function probeResolutionMs(timing: ProbeTiming): number {
  const figures = [
    timing.scrapeIntervalMs,
    timing.exporterRefreshMs,
    timing.queryStepMs,
    timing.longestRangeMs,
    timing.ruleIntervalMs,
  ];
  if (figures.some((ms) => !Number.isFinite(ms) || ms < 0)) return Number.POSITIVE_INFINITY;
  const source = Math.max(timing.scrapeIntervalMs, timing.exporterRefreshMs);
  return source + timing.queryStepMs + timing.longestRangeMs + timing.ruleIntervalMs;
}

/**
 * Of a probe that is asked while the run goes on: the wait for the next request, and the time that this may take, since its
 * sample is stamped when the answer must be there.
 */
export function liveResolutionMs(everyMs: number): number {
  return Number.isFinite(everyMs) && everyMs > 0 ? 2 * everyMs : Number.POSITIVE_INFINITY;
}

type Source = 'injection' | 'healer' | 'audit' | 'probe';

/** Where the two ends of each phase are read from. `recovery` is the whole: injection to restoration. */
const PHASE_ENDS: Readonly<Record<Phase | 'recovery', readonly [Source, Source]>> = {
  detect: ['injection', 'healer'],
  decide: ['healer', 'healer'],
  act: ['healer', 'audit'],
  restore: ['audit', 'probe'],
  recovery: ['injection', 'probe'],
};

/** The injector stamps whole seconds. */
export const INJECTION_RESOLUTION_MS = 1_000;
const RECORD_RESOLUTION_MS = 1;

/** What two ends of a phase can tell apart at best, ms. A budget below twice this cannot be judged. */
export function phaseResolutionMs(phase: Phase | 'recovery', probeMs: number): number {
  const [from, to] = PHASE_ENDS[phase];
  return sourceResolutionMs(from, probeMs) + sourceResolutionMs(to, probeMs);
}

function sourceResolutionMs(source: Source, probeMs: number): number {
  switch (source) {
    case 'injection':
      return INJECTION_RESOLUTION_MS;
    case 'healer':
    case 'audit':
      return RECORD_RESOLUTION_MS;
    case 'probe':
      return probeMs;
  }
}
