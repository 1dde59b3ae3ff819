import { agreeing, counted } from '../../counted.ts';
import { MetricsError } from '../../errors.ts';
import type { SampleProblem } from '../../experiment/evidence/evidence.ts';
import type { RawSeries } from '../../experiment/evidence/raw-series.ts';
import { STALE_AFTER_SCRAPES } from '../../experiment/probes/staleness.ts';
import type { ScrapeTarget } from '../../ports/metrics-source.ts';
import type { RunnerPorts } from '../../ports/runner-ports.ts';
import { stepsOf } from '../../scenario/model/fault.ts';
import type { Scenario } from '../../scenario/model/scenario.ts';
import { probeKindOf } from '../../scenario/probes/probe-kinds.ts';
import { selectorsOf } from '../../scenario/promql/analysis.ts';
import { trueIntervalMs } from './probe-series.ts';

/** An expression of a scenario, and what it is there for. */
export interface NamedQuery {
  readonly name: string;
  readonly query: string;
}

/** Why an expression cannot be relied on now. */
export interface LiveFinding extends NamedQuery {
  readonly problem: SampleProblem;
  readonly message: string;
}

type LivePorts = Pick<RunnerPorts, 'metrics' | 'analysePromql'>;

/** Every scrape interval in use fits into this several times. */
const LOOK_BACK_MS = 120_000;
const SLOWEST_SCRAPE_MS = 1_000;
const FEWEST_SCRAPES = 2;

/** Every expression that must have an answer before the injection: probes and guards. */
export function queriesOf({ steadyState, abortWhen }: Scenario): NamedQuery[] {
  const probes = steadyState.flatMap((probe) =>
    probeKindOf(probe)
      .queries(probe)
      .map((query) => ({ name: probe.name, query })),
  );
  return [...probes, ...abortWhen.map(({ query }, index) => ({ name: `abortWhen[${index}]`, query }))];
}

/** The author's witnesses. Without an answer beforehand they prove nothing, which is the proof's own finding. */
export function witnessQueriesOf({ fault }: Scenario): NamedQuery[] {
  return stepsOf(fault).flatMap(({ fault: { witness } }) =>
    witness === undefined ? [] : [{ name: 'witness', query: witness.query }],
  );
}

/**
 * Asks the server about each expression: is there a series behind every selector, is it still scraped, is the answer one
 * sample? Nothing found is nothing wrong at this moment. @throws the signal's reason.
 */
export async function liveFindings(
  ports: LivePorts,
  queries: readonly NamedQuery[],
  atMs: number,
  signal: AbortSignal,
): Promise<LiveFinding[]> {
  try {
    const targets = await ports.metrics.targets(signal);
    const found = await Promise.all(queries.map((query) => findingOf(ports, query, targets, atMs, signal)));
    return found.flat();
  } catch (error: unknown) {
    if (!(error instanceof MetricsError)) throw error;
    return queries.map((query) => ({ ...query, problem: 'QUERY_FAILED', message: error.message }));
  }
}

async function findingOf(
  { metrics, analysePromql }: LivePorts,
  named: NamedQuery,
  targets: readonly ScrapeTarget[],
  atMs: number,
  signal: AbortSignal,
): Promise<LiveFinding[]> {
  const findings = await Promise.all(
    selectorsOf(analysePromql(named.query)).map(async (selector) => {
      const series = await metrics.raw(selector, atMs - LOOK_BACK_MS, atMs, signal);
      return selectorFinding(named, selector, series, targets, atMs);
    }),
  );
  const behind = findings.filter((finding) => finding !== null);
  // What is missing behind it says more than that the answer is empty.
  if (behind.length > 0) return behind;
  const { problem, detail } = await metrics.sample(named.query, atMs, signal);
  return problem === null ? [] : [{ ...named, problem, message: detail ?? problem }];
}

function selectorFinding(
  named: NamedQuery,
  selector: string,
  series: readonly RawSeries[],
  targets: readonly ScrapeTarget[],
  atMs: number,
): LiveFinding | null {
  const times = [...new Set(series.flatMap(({ points }) => points.map((point) => point.atMs)))];
  if (times.length === 0) {
    const message = `there is no series ${selector}: nothing of that name with these labels was scraped in the last ${LOOK_BACK_MS / 1_000} s`;
    return { ...named, problem: 'NO_DATA', message };
  }
  const jobs = new Set(series.map(({ labels }) => labels.job ?? ''));
  const own = targets.filter(({ job }) => jobs.has(job));
  const toldMs = Math.max(SLOWEST_SCRAPE_MS, ...own.map(({ scrapeIntervalMs }) => scrapeIntervalMs));
  const scrapeMs = trueIntervalMs(toldMs, series);
  const ageMs = atMs - Math.max(...times);
  if (ageMs > STALE_AFTER_SCRAPES * scrapeMs) {
    const age = (ageMs / 1_000).toFixed(1);
    const message = `${selector} does not move: its newest point is ${age} s old, it is scraped every ${scrapeMs / 1_000} s${downText(own)}`;
    return { ...named, problem: 'STALE_DATA', message };
  }
  if (times.length >= FEWEST_SCRAPES) return null;
  return {
    ...named,
    problem: 'STALE_DATA',
    message: `${selector} was scraped once so far, so nobody knows whether it moves`,
  };
}

function downText(targets: readonly ScrapeTarget[]): string {
  const down = targets.filter(({ up }) => !up);
  return down.length === 0
    ? ''
    : `, and ${down.length} of its ${counted(targets.length, 'target')} ${agreeing(down.length, 'is', 'are')} down`;
}
