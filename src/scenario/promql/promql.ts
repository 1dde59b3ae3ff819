import { EditorState } from '@codemirror/state';
import { Parser as TypeChecker } from '@prometheus-io/codemirror-promql/dist/cjs/parser/parser.js';
import { LanguageType, promQLLanguage } from '@prometheus-io/codemirror-promql/dist/cjs/promql.js';
import { messageOf } from '../../errors.ts';
import { findSelectors, type Selector, syntaxProblems, type Tree, treeDepth } from './promql-tree.ts';

/** What is wrong with an expression, `index` characters into it. */
export interface PromqlProblem {
  readonly index: number;
  readonly message: string;
}

export interface PromqlAnalysis {
  /** PromQL's name for what the expression evaluates to; only meaningful without problems. */
  readonly type: string;
  /** Sorted by place; empty for an expression that Prometheus would accept. */
  readonly problems: readonly PromqlProblem[];
  /** Every instant or range selector in it. */
  readonly selectors: readonly Selector[];
  /** How far back the expression looks: the longest sum of range, subqueries and offsets over one selector, ms. */
  readonly reachMs: number;
  readonly tree: Tree;
}

export type AnalysePromql = (query: string) => PromqlAnalysis;

/** The grammar of the same package as the type checker: node ids of another version would mean something else. */
const grammar = promQLLanguage(LanguageType.PromQL).parser;

const LONGEST_QUERY = 2_000;
// Both time-bound: parsing recovers badly from open brackets, checking takes the cube of the depth.
const DEEPEST_BRACKETS = 40;
const DEEPEST_TREE = 150;

/** Checks syntax and types of an expression without a server. */
export function analysePromql(query: string): PromqlAnalysis {
  if (query.length > LONGEST_QUERY) return refused(`longer than ${LONGEST_QUERY} characters`);
  if (bracketDepth(query) > DEEPEST_BRACKETS) return refused(`more than ${DEEPEST_BRACKETS} brackets open at once`);
  try {
    const tree = parseWithoutComments(query);
    if (treeDepth(tree) > DEEPEST_TREE) return refused('too many operators in one expression');
    const syntax = syntaxProblems(tree, query);
    const checked = syntax.length > 0 ? { type: 'none', problems: syntax } : typeProblems(tree, query);
    const selectors = findSelectors(tree, query);
    return {
      type: checked.type,
      problems: unique(checked.problems),
      selectors,
      reachMs: Math.max(0, ...selectors.map((selector) => selector.reachMs)),
      tree,
    };
  } catch (error) {
    // The type checker recurses and assumes complete trees; a query that it cannot take is refused, not a crash.
    return refused(`not understood: ${messageOf(error)}`);
  }
}

function refused(message: string): PromqlAnalysis {
  return { type: 'none', problems: [{ index: 0, message }], selectors: [], reachMs: 0, tree: grammar.parse('') };
}

function typeProblems(tree: Tree, query: string): { type: string; problems: PromqlProblem[] } {
  // The checker is CommonJS, so its idea of an editor state is another type than the one imported here, of equal content.
  const checker: TypeChecker = Reflect.construct(TypeChecker, [EditorState.create({ doc: query })]);
  // Its constructor would take the editor's tree, which is parsed against a time limit and may be cut short.
  Reflect.set(checker, 'tree', tree);
  const type = checker.checkAST(tree.topNode.firstChild);
  const problems = checker
    .getDiagnostics()
    .filter((diagnostic) => diagnostic.severity === 'error')
    .map((diagnostic) => ({ index: diagnostic.from, message: diagnostic.message }));
  return { type, problems };
}

/** Comments count as children in the tree and would be taken for operands; blanks of the same length keep every place. */
function parseWithoutComments(query: string): Tree {
  const tree = grammar.parse(query);
  let blanked = query;
  tree.iterate({
    enter: ({ name, from, to }) => {
      if (name === 'LineComment') blanked = `${blanked.slice(0, from)}${' '.repeat(to - from)}${blanked.slice(to)}`;
    },
  });
  return blanked === query ? tree : grammar.parse(blanked);
}

/** Most brackets open at once; those inside texts count too, which only makes it larger. */
function bracketDepth(query: string): number {
  let open = 0;
  let deepest = 0;
  for (const character of query) {
    if ('([{'.includes(character)) open += 1;
    else if (')]}'.includes(character)) open = Math.max(0, open - 1);
    deepest = Math.max(deepest, open);
  }
  return deepest;
}

function unique(problems: readonly PromqlProblem[]): PromqlProblem[] {
  const seen = new Map(problems.map((problem) => [`${problem.index} ${problem.message}`, problem]));
  return [...seen.values()].sort((a, b) => a.index - b.index);
}

/** An analyser that does the work for equal texts once. */
export function createPromqlAnalyser(): AnalysePromql {
  const known = new Map<string, PromqlAnalysis>();
  return (query) => {
    const analysis = known.get(query) ?? analysePromql(query);
    known.set(query, analysis);
    return analysis;
  };
}

/** How far back an expression looks, ms: by so much a change may show late; 0 where it cannot be parsed. */
export function longestRangeMs(query: string): number {
  return analysePromql(query).reachMs;
}

/** Every selector of an expression, without its range, once. */
export function selectorsOf(query: string): string[] {
  return [...new Set(analysePromql(query).selectors.map(({ text }) => text))];
}
