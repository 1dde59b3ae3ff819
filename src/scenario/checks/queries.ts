import type { Issue } from '../../errors.ts';
import { probeQueryProblems, type ScrapeInterval } from '../promql/probe-query.ts';
import type { AnalysePromql } from '../promql/promql.ts';
import type { ParsedDocument } from '../read/parse.ts';
import { type Path, valueAt } from '../yaml/source.ts';
import { faultPaths } from './fault-paths.ts';

const QUERY_LISTS: readonly Path[] = [
  ['spec', 'steadyState'],
  ['spec', 'abortWhen'],
  ['spec', 'probes'],
];

/** Problems in every expression of a document, whether or not the rest of the document is sound. */
export function queryIssues(
  { data, source }: ParsedDocument,
  analyse: AnalysePromql,
  scrapeIntervalMs: ScrapeInterval,
): Issue[] {
  return queriesOf(data).flatMap(({ path, query }) => {
    const analysis = analyse(query);
    const problems =
      analysis.problems.length > 0 ? analysis.problems : probeQueryProblems(query, analysis, scrapeIntervalMs);
    return problems.map(({ index, message }) => source.issueInText(path, index, `PromQL: ${message}`));
  });
}

function queriesOf(data: unknown): { path: Path; query: string }[] {
  const witnesses = faultPaths(data).flatMap((fault) => {
    const path = [...fault, 'witness', 'query'];
    const query = valueAt(data, path);
    return typeof query === 'string' && query !== '' ? [{ path, query }] : [];
  });
  const listed = QUERY_LISTS.flatMap((list) => {
    const items = valueAt(data, list);
    if (!Array.isArray(items)) return [];
    return items.flatMap((item: unknown, index) => {
      const query = valueAt(item, ['query']);
      return typeof query === 'string' && query !== '' ? [{ path: [...list, index, 'query'], query }] : [];
    });
  });
  return [...listed, ...witnesses];
}
