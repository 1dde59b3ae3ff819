import { HEALER } from '../../../healer/src/names.ts';
import { MetricsError, messageOf } from '../../errors.ts';
import type { AuditLog, HealerWatch, ProbeSeries, Sample } from '../../experiment/evidence/evidence.ts';
import type { AuditMark } from '../../ports/remediation-log.ts';
import { isLive } from '../../scenario/probes/probe-kinds.ts';
import { collectSeries, liveSeries } from '../probing/probe-series.ts';
import { type RunContext, sourcesOf } from '../run/run-context.ts';

export interface Collected {
  readonly probes: readonly ProbeSeries[];
  readonly watch: HealerWatch;
  readonly audit: AuditLog;
  readonly healerLog: readonly string[];
}

/** What stretch of time to read, epoch ms. */
export interface CollectionPeriod {
  readonly mark: AuditMark | null;
  readonly fromMs: number;
  readonly toMs: number;
  readonly watchedFromMs: number;
}

/** Fetches what is judged: probe samples with their raw points, the healer's diary, the audit log. */
export async function collect(context: RunContext, stretch: CollectionPeriod): Promise<Collected> {
  const { ports, scenario } = context;
  const { mark, fromMs, toMs, watchedFromMs } = stretch;
  const namespaces = [...new Set([...scenario.blastRadius.namespaces, HEALER.namespace])];
  const [probes, watch, audit, healerLog] = await Promise.all([
    collectProbes(context, fromMs, toMs),
    readWatch(context, watchedFromMs, toMs, namespaces),
    readAudit(context, mark, watchedFromMs, toMs, namespaces),
    ports.remediation.lines(fromMs),
  ]);
  return { probes, watch, audit, healerLog };
}

/** Without the raw points nobody can tell how old the samples are: they are kept, but none of them counts. */
async function collectProbes(context: RunContext, fromMs: number, toMs: number): Promise<ProbeSeries[]> {
  const { scenario, ports, recorder } = context;
  const sources = sourcesOf(context);
  try {
    const targets = await ports.metrics.targets();
    const collected = await Promise.all(
      scenario.steadyState.map((probe) => collectSeries(sources, probe, targets, fromMs, toMs)),
    );
    recorder.fact(
      'raw',
      collected.map(({ series, scrapeIntervalMs, raw }) => ({ probe: series.probe.name, scrapeIntervalMs, raw })),
    );
    return collected.map(({ series }) => series);
  } catch (error: unknown) {
    if (!(error instanceof MetricsError)) throw error;
    const detail = `raw points could not be read: ${error.message}`;
    recorder.note(detail);
    const signal = AbortSignal.timeout(30_000);
    const live = scenario.steadyState.map((probe) => liveSeries(sources, probe, fromMs, toMs, signal));
    return (await Promise.all(live)).map((series) => (isLive(series.probe) ? series : unvouched(series, detail)));
  }
}

function unvouched(series: ProbeSeries, detail: string): ProbeSeries {
  const samples = series.samples.map((sample): Sample => {
    return sample.problem === null ? { atMs: sample.atMs, value: null, problem: 'QUERY_FAILED', detail } : sample;
  });
  return { ...series, samples };
}

async function readWatch(
  { ports }: RunContext,
  fromMs: number,
  toMs: number,
  namespaces: readonly string[],
): Promise<HealerWatch> {
  try {
    return await ports.remediation.read(fromMs, toMs, namespaces);
  } catch (error: unknown) {
    return {
      records: [],
      aliveThroughout: false,
      detail: `the healer's records could not be read: ${messageOf(error)}`,
    };
  }
}

async function readAudit(
  { ports }: RunContext,
  mark: AuditMark | null,
  fromMs: number,
  toMs: number,
  namespaces: readonly string[],
): Promise<AuditLog> {
  try {
    return await ports.audit.read(mark, fromMs, toMs, namespaces);
  } catch (error: unknown) {
    const detail = `the audit log could not be read: ${messageOf(error)}`;
    return { source: 'api-server', complete: false, detail, fromMs, toMs, entries: [] };
  }
}
