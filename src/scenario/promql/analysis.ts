import { depthOf, type Expression } from './expression.ts';
import { findSelectors, type Selector } from './selectors.ts';

/** What is wrong with an expression, `index` characters into it. */
export interface PromqlProblem {
  readonly index: number;
  readonly message: string;
}

/** Prometheus' own parser and type checker. A function of the query alone, handed in because it is no TypeScript. */
export type ParsePromql = (
  query: string,
) => { readonly expression: Expression } | { readonly problems: readonly PromqlProblem[] };

export interface PromqlAnalysis {
  /** Null for what Prometheus would refuse. */
  readonly expression: Expression | null;
  /** Empty for what Prometheus would accept. */
  readonly problems: readonly PromqlProblem[];
  /** Every instant or range selector in it. */
  readonly selectors: readonly Selector[];
  /** How far back it looks, by so much a change may show late: the longest sum of range, subqueries and offsets over one selector, ms. */
  readonly reachMs: number;
}

export type AnalysePromql = (query: string) => PromqlAnalysis;

// Both bound time and stack whatever the text: rules walk down the tree by calling themselves.
const LONGEST_QUERY = 2_000;
const DEEPEST_TREE = 150;

/** An analyser that does the work for equal texts once. */
export function createPromqlAnalyser(parse: ParsePromql): AnalysePromql {
  const known = new Map<string, PromqlAnalysis>();
  return (query) => {
    const analysis = known.get(query) ?? analyse(query, parse);
    known.set(query, analysis);
    return analysis;
  };
}

function analyse(query: string, parse: ParsePromql): PromqlAnalysis {
  if (query.length > LONGEST_QUERY) return refusedAsWhole(`longer than ${LONGEST_QUERY} characters`);
  const parsed = parse(query);
  if ('problems' in parsed) return refused(parsed.problems);
  if (depthOf(parsed.expression) > DEEPEST_TREE) return refusedAsWhole('too many operators in one expression');
  const selectors = findSelectors(parsed.expression);
  const reachMs = Math.max(0, ...selectors.map((selector) => selector.reachMs));
  return { expression: parsed.expression, problems: [], selectors, reachMs };
}

function refusedAsWhole(message: string): PromqlAnalysis {
  return refused([{ index: 0, message }]);
}

function refused(problems: readonly PromqlProblem[]): PromqlAnalysis {
  return { expression: null, problems, selectors: [], reachMs: 0 };
}

/** Every selector of an expression, without its range, once. */
export function selectorsOf({ selectors }: PromqlAnalysis): string[] {
  return [...new Set(selectors.map(({ text }) => text))];
}
