import type { Issue } from '../../errors.ts';
import { parseTolerance, type Tolerance } from '../model/tolerance.ts';
import type { AnalysePromql } from '../promql/analysis.ts';
import type { Bound } from '../promql/rules/bound.ts';
import { probeQueryProblems } from '../promql/rules/probe-rules.ts';
import type { ScrapeInterval } from '../promql/scrape-interval.ts';
import type { ParsedDocument } from '../read/parse.ts';
import { type Path, valueAt } from '../yaml/source.ts';
import { faultPaths } from './fault-paths.ts';

interface QueryList {
  readonly list: Path;
  /** Where an entry says what is asked of the answer. */
  readonly boundKey: string;
  readonly asker: Bound['asker'];
}

const QUERY_LISTS: readonly QueryList[] = [
  { list: ['spec', 'steadyState'], boundKey: 'tolerance', asker: 'probe' },
  { list: ['spec', 'abortWhen'], boundKey: 'condition', asker: 'guard' },
  { list: ['spec', 'probes'], boundKey: 'tolerance', asker: 'probe' },
];

interface WrittenQuery {
  readonly path: Path;
  readonly query: string;
  /** Null where it is not written as it should be. */
  readonly bound: Bound | null;
}

/** Problems in every expression of a document, whether or not the rest of the document is sound. */
export function queryIssues(
  { data, source }: ParsedDocument,
  analyse: AnalysePromql,
  scrapeIntervalMs: ScrapeInterval,
): Issue[] {
  return queriesOf(data).flatMap(({ path, query, bound }) => {
    const { expression, problems: refusals } = analyse(query);
    const problems = expression === null ? refusals : probeQueryProblems(expression, scrapeIntervalMs, bound);
    return problems.map(({ index, message }) => source.issueInText(path, index, `PromQL: ${message}`));
  });
}

function queriesOf(data: unknown): WrittenQuery[] {
  const witnesses = faultPaths(data).flatMap((fault) => {
    const path = [...fault, 'witness'];
    return writtenQuery(path, valueAt(data, path), 'tolerance', 'witness');
  });
  const listed = QUERY_LISTS.flatMap(({ list, boundKey, asker }) => {
    const items = valueAt(data, list);
    if (!Array.isArray(items)) return [];
    return items.flatMap((item: unknown, index) => writtenQuery([...list, index], item, boundKey, asker));
  });
  return [...listed, ...witnesses];
}

function writtenQuery(place: Path, item: unknown, boundKey: string, asker: Bound['asker']): WrittenQuery[] {
  const query = valueAt(item, ['query']);
  if (typeof query !== 'string' || query === '') return [];
  const tolerance = writtenTolerance(valueAt(item, [boundKey]));
  return [{ path: [...place, 'query'], query, bound: tolerance === null ? null : { tolerance, asker } }];
}

function writtenTolerance(written: unknown): Tolerance | null {
  if (typeof written === 'string') return parseTolerance(written);
  const [low, high]: unknown[] = Array.isArray(written) ? written : [];
  return typeof low === 'number' && typeof high === 'number' ? parseTolerance([low, high]) : null;
}
