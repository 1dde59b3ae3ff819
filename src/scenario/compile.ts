import type { Issue } from '../errors.ts';
import { actionIssues } from './checks/actions.ts';
import { blastRadiusIssues } from './checks/blast-radius.ts';
import { changeIssues } from './checks/changes.ts';
import { clusterIssues } from './checks/cluster.ts';
import { faultIssues } from './checks/fault.ts';
import { probeIssues, probeNameIssues, writtenProbeIssues } from './checks/probes.ts';
import { queryIssues } from './checks/queries.ts';
import { recoveryIssues } from './checks/recovery.ts';
import { signalIssues } from './checks/signals.ts';
import { type ChaosSchemas, createSpecChecker } from './faults/chaos-mesh/chaos-schema.ts';
import type { Scenario } from './model/scenario.ts';
import type { AnalysePromql } from './promql/analysis.ts';
import { labScrapeIntervalMs, type ScrapeInterval } from './promql/scrape-interval.ts';
import { type ParsedDocument, parseFile } from './read/parse.ts';
import {
  type Draft,
  type ParsedScenario,
  type ParsedSteadyState,
  referenceIssues,
  resolveScenario,
} from './read/resolve.ts';
import type { GivenParams } from './schema/params.ts';
import { type ReadText, type SourceFile, valueAt } from './yaml/source.ts';

export interface CompileOptions {
  /** Hex digest of a text; sha256 in production. */
  readonly digest: (text: string) => string;
  /** Prometheus' own parser in production. */
  readonly analysePromql: AnalysePromql;
  /** From `chaosSchemasFromCrds`; without them only what is known about the kinds anyway is checked. */
  readonly chaosSchemas?: ChaosSchemas;
  /** Digest by name of each workload; left out, their names are not checked. */
  readonly workloads?: ReadonlyMap<string, string>;
  /** Values given for parameters, by name; whoever gives them says whether all were used. */
  readonly params?: GivenParams;
  /** Reads the kind configurations that scenarios name; left out, these are not looked at. */
  readonly readText?: ReadText;
  /** How often series are scraped; the lab's intervals unless said otherwise. */
  readonly scrapeIntervalMs?: ScrapeInterval;
}

export interface Compiled {
  /** In the order of their files; only those without an issue of their own or of what they use. */
  readonly scenarios: readonly Scenario[];
  /** Every problem in every file, by place. */
  readonly issues: readonly Issue[];
}

/**
 * Turns texts into scenarios that can be run, or into every reason why not. `files` are what the user asked for, `library`
 * what `use:` may refer to; a path that is in both counts once. Never throws on any text.
 */
export function compileScenarios(
  files: readonly SourceFile[],
  library: readonly SourceFile[],
  options: CompileOptions,
): Compiled {
  const asked = new Set(files.map(({ path }) => path));
  const parsed = [...files, ...library.filter(({ path }) => !asked.has(path))].map((file) => ({
    file,
    ...parseFile(file, options.params),
  }));
  const documents = parsed.flatMap((result) => result.documents);
  const steadyStates = documents.filter((document) => document.kind === 'SteadyState');
  const scenarios = documents.filter((document) => document.kind === 'Scenario');
  const issues = parsed.flatMap((result) => result.issues);
  const analyse = options.analysePromql;
  const scrapeIntervalMs = options.scrapeIntervalMs ?? labScrapeIntervalMs;
  const checkSpec = createSpecChecker(options.chaosSchemas ?? new Map());
  issues.push(...repeatedNames(steadyStates), ...repeatedNames(scenarios), ...misplaced(scenarios, asked));
  issues.push(...documents.flatMap((d) => resolvedOnly(d, queryIssues(d, analyse, scrapeIntervalMs))));
  issues.push(...documents.flatMap((d) => resolvedOnly(d, writtenProbeIssues(d))));
  issues.push(...scenarios.flatMap((scenario) => resolvedOnly(scenario, faultIssues(scenario, checkSpec))));
  const context = {
    steadyStates: new Map(steadyStates.map((document) => [nameOf(document), document])),
    workloads: options.workloads ?? null,
    digest: options.digest,
    readText: options.readText ?? null,
  };
  issues.push(...scenarios.flatMap((scenario) => resolvedOnly(scenario, referenceIssues(scenario, context))));
  const drafts = scenarios.flatMap((parsedScenario) => {
    if (parsedScenario.document === null) return [];
    const draft = resolveScenario(parsedScenario, parsedScenario.document, context);
    issues.push(
      ...probeIssues(draft),
      ...probeNameIssues(draft),
      ...actionIssues(draft),
      ...blastRadiusIssues(draft),
      ...changeIssues(draft),
      ...clusterIssues(draft, context.readText),
      ...signalIssues(draft),
    );
    issues.push(...recoveryIssues(draft, analyse, scrapeIntervalMs));
    return [draft];
  });
  const refusedFiles = new Set(issues.map(({ file }) => file));
  const isSound = ({ files }: Draft): boolean => ![...files].some((file) => refusedFiles.has(file));
  return { scenarios: drafts.filter(isSound).map((draft) => draft.scenario), issues: inOrder(issues) };
}

/** Of a value whose parameter has no value only that can be said. */
function resolvedOnly({ unresolved }: ParsedDocument, issues: readonly Issue[]): Issue[] {
  return issues.filter(({ path }) => !unresolved.has(path));
}

function nameOf({ data }: ParsedDocument): string {
  const name = valueAt(data, ['metadata', 'name']);
  return typeof name === 'string' ? name : '';
}

function repeatedNames(documents: readonly (ParsedScenario | ParsedSteadyState)[]): Issue[] {
  const first = new Map<string, ParsedDocument>();
  return documents.flatMap((document) => {
    const name = nameOf(document);
    const earlier = first.get(name);
    if (name === '') return [];
    if (earlier === undefined) first.set(name, document);
    if (earlier === undefined) return [];
    const place = earlier.source.issue(['metadata', 'name'], '');
    const message = `the name ${name} is taken by the ${document.kind} at ${place.file}:${place.line}`;
    return [document.source.issue(['metadata', 'name'], message)];
  });
}

function misplaced(scenarios: readonly ParsedScenario[], asked: ReadonlySet<string>): Issue[] {
  return scenarios
    .filter(({ source }) => !asked.has(source.file))
    .map(({ source }) => source.issue(['kind'], 'a Scenario among the steady states would never be run: move it'));
}

function inOrder(issues: readonly Issue[]): Issue[] {
  const unique = new Map(
    issues.map((issue) => [`${issue.file}\n${issue.line}\n${issue.column}\n${issue.message}`, issue]),
  );
  return [...unique.values()].sort(
    (a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0) || a.line - b.line || a.column - b.column,
  );
}
