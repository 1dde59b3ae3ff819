import type { Issue } from '../../errors.ts';
import { phaseResolutionMs } from '../../experiment/probes/resolution.ts';
import { kindOf } from '../faults/fault-kinds.ts';
import { formatDuration } from '../model/duration.ts';
import { lastAfterMs, stepsOf } from '../model/fault.ts';
import type { PhaseBudgets } from '../model/scenario.ts';
import type { AnalysePromql } from '../promql/analysis.ts';
import { expectedResolutionMs } from '../promql/probe-resolution.ts';
import type { ScrapeInterval } from '../promql/scrape-interval.ts';
import type { Draft } from '../read/resolve.ts';
import { stepPath } from './fault-paths.ts';

const RECOVERY = ['spec', 'recovery'] as const;
const PHASES = ['detect', 'decide', 'act', 'restore'] as const;
const BUDGET_KEYS = {
  detect: 'detectMs',
  decide: 'decideMs',
  act: 'actMs',
  restore: 'restoreMs',
} as const satisfies Record<(typeof PHASES)[number], keyof PhaseBudgets>;

/** Times that contradict each other, or that nothing here could measure. */
export function recoveryIssues(draft: Draft, analyse: AnalysePromql, scrapeIntervalMs: ScrapeInterval): Issue[] {
  const resolutions = draft.probes.map(({ probe }) => expectedResolutionMs(probe, analyse, scrapeIntervalMs));
  const resolutionMs = Math.max(0, ...resolutions);
  return [
    ...withinIssues(draft, resolutionMs),
    ...phaseIssues(draft, resolutionMs),
    ...stabilityIssues(draft, resolutionMs),
    ...inForceIssues(draft, resolutionMs),
  ];
}

function withinIssues({ document, source, scenario }: Draft, resolutionMs: number): Issue[] {
  const path = [...RECOVERY, 'within'];
  const { withinMs } = scenario.recovery;
  if (scenario.fault.type === 'none') {
    const isGiven = document.spec.recovery.within !== undefined;
    return isGiven
      ? [source.issueAtKey(path, 'without a fault there is nothing to recover from: leave within out')]
      : [];
  }
  if (withinMs === 0) return [source.issue(path, 'expected a recovery time objective such as 30s, but it is missing')];
  return tooFine(withinMs, phaseResolutionMs('recovery', resolutionMs)).map((message) => source.issue(path, message));
}

function tooFine(budgetMs: number, resolutionMs: number): string[] {
  if (budgetMs >= 2 * resolutionMs) return [];
  const [need, got, resolution] = [2 * resolutionMs, budgetMs, resolutionMs].map(formatDuration);
  return [`expected at least ${need}, twice the ${resolution} by which a change can show late here, got ${got}`];
}

function phaseIssues({ source, scenario }: Draft, resolutionMs: number): Issue[] {
  const { phases, withinMs, by } = scenario.recovery;
  const path = [...RECOVERY, 'phases'];
  const given = PHASES.filter((phase) => phases[BUDGET_KEYS[phase]] !== undefined);
  if (given.length === 0) return [];
  if (by !== 'healer') {
    return [source.issueAtKey(path, `phases are measured from the healer's record, but the recovery is by: ${by}`)];
  }
  const budgetOf = (phase: (typeof PHASES)[number]): number => phases[BUDGET_KEYS[phase]] ?? 0;
  const sumMs = given.reduce((sum, phase) => sum + budgetOf(phase), 0);
  const issues = given.flatMap((phase) =>
    tooFine(budgetOf(phase), phaseResolutionMs(phase, resolutionMs)).map((message) =>
      source.issue([...path, phase], message),
    ),
  );
  if (withinMs > 0 && sumMs > withinMs) {
    const message = `expected budgets that fit into within (${formatDuration(withinMs)}), got ${formatDuration(sumMs)} together`;
    issues.push(source.issueAtKey(path, message));
  }
  return issues;
}

function stabilityIssues({ source, scenario }: Draft, resolutionMs: number): Issue[] {
  const { stableForMs } = scenario.recovery;
  if (stableForMs >= resolutionMs) return [];
  const message = `expected at least ${formatDuration(resolutionMs)}, the time by which a relapse can show late here, got ${formatDuration(stableForMs)}`;
  return [source.issue([...RECOVERY, 'stableFor'], message)];
}

/**
 * A fault that ends by itself heals by itself: whoever is said to heal it must have the time to do so before, and in a
 * sequence to heal the last fault, too.
 */
function inForceIssues({ source, scenario }: Draft, resolutionMs: number): Issue[] {
  const { fault, recovery } = scenario;
  if (recovery.by === 'none') return [];
  const recoveryMs = phaseResolutionMs('recovery', resolutionMs);
  return stepsOf(fault).flatMap((step, index) => {
    const untilLastMs = lastAfterMs(fault) - step.afterMs;
    const needMs = untilLastMs + recovery.withinMs + recovery.stableForMs + 2 * recoveryMs;
    const { durationMs } = step.fault;
    if (durationMs === null || durationMs >= needMs) return [];
    const first = untilLastMs > 0 ? `${formatDuration(untilLastMs)} until the last fault + ` : '';
    const message =
      `the fault would end by itself and pass for a recovery by ${recovery.by}: expected at least ${formatDuration(needMs)} ` +
      `(${first}within + stableFor + twice the resolution of ${formatDuration(recoveryMs)}), got ${formatDuration(durationMs)}`;
    const { type } = step.fault;
    return [source.issue([...stepPath(fault, index), type, ...kindOf(step.fault).durationPath], message)];
  });
}
