import type { promQLLanguage } from '@prometheus-io/codemirror-promql/dist/cjs/promql.js';
import type { PromqlProblem } from './promql.ts';

/** A parsed expression; typed from the parser that makes it, which brings its own copy of the tree's types. */
export type Tree = ReturnType<ReturnType<typeof promQLLanguage>['parser']['parse']>;
export type SyntaxNode = Tree['topNode'];

/** One place in an expression where series are read. */
export interface Selector {
  /** As it stands in the expression, without range: `shop_requests_total{outcome="ok"}`. */
  readonly text: string;
  /** Metric name, or null where only labels select. */
  readonly metric: string | null;
  /** Value of an `=` matcher on `job`, or null. */
  readonly job: string | null;
  /** Own range, ms; null for an instant selector. */
  readonly rangeMs: number | null;
  /** Range, enclosing subqueries with their steps, and offsets together, ms. */
  readonly reachMs: number;
  readonly index: number;
}

/** Most nodes above one another. */
export function treeDepth(tree: Tree): number {
  let depth = 0;
  let deepest = 0;
  tree.iterate({
    enter: () => {
      depth += 1;
      deepest = Math.max(deepest, depth);
    },
    leave: () => {
      depth -= 1;
    },
  });
  return deepest;
}

const EXPERIMENTAL = new Set([
  'AnchoredExpr',
  'SmoothedExpr',
  'LimitK',
  'LimitRatio',
  'Info',
  'MadOverTime',
  'DoubleExponentialSmoothing',
  'SortByLabel',
  'SortByLabelDesc',
  'TsOfFirstOverTime',
  'TsOfLastOverTime',
  'TsOfMaxOverTime',
  'TsOfMinOverTime',
  'FirstOverTime',
  'HistogramQuantiles',
  'TrimUpper',
  'TrimLower',
  'FillModifier',
  'StartFn',
  'EndFn',
  'Range',
  'Step',
  'StartTimestamp',
  'DurationStep',
  'DurationRange',
  'DurationMinOf',
  'DurationMaxOf',
]);

/** Everything the grammar cannot place, texts without an end, and what needs an experimental flag of Prometheus. */
export function syntaxProblems(tree: Tree, query: string): PromqlProblem[] {
  const problems: PromqlProblem[] = [];
  tree.iterate({
    enter: (reference) => {
      const { node } = reference;
      const message = node.type.isError ? unexpected(node, query) : problemOf(node, query);
      if (message !== null) problems.push({ index: node.from, message });
      return !node.type.isError;
    },
  });
  return problems.slice(0, 1);
}

function unexpected(node: SyntaxNode, query: string): string {
  const rest = query.slice(node.from).trim();
  if (rest === '') return query.trim() === '' ? 'the expression is empty' : 'the expression ends too early';
  const before = node.prevSibling ?? node.parent?.prevSibling;
  const isCall = rest.startsWith('(') && before?.name === 'Identifier';
  return isCall
    ? `unknown function ${query.slice(before.from, before.to)}`
    : `unexpected ${JSON.stringify(firstWord(rest))}`;
}

function firstWord(text: string): string {
  return /^(?:\w+|.)/su.exec(text)?.[0] ?? text.slice(0, 1);
}

function problemOf(node: SyntaxNode, query: string): string | null {
  const text = query.slice(node.from, node.to);
  if (EXPERIMENTAL.has(node.name))
    return `${JSON.stringify(firstWord(text))} needs an experimental feature of Prometheus`;
  if (node.name === 'StringLiteral') return isClosed(text) ? null : 'text without closing quote';
  if (node.name === 'DurationExpr') return durationProblem(node, text);
  return null;
}

function isClosed(text: string): boolean {
  return text.length >= 2 && text.at(-1) === text[0] && !/(?<!\\)(?:\\\\)*\\.$/s.test(text.slice(1));
}

function durationProblem(node: SyntaxNode, text: string): string | null {
  if (node.firstChild?.name !== 'NumberDurationLiteralInDurationContext') {
    return `${JSON.stringify(text)}: computed durations need an experimental feature of Prometheus`;
  }
  return (literalMs(text) ?? 0) > 0 ? null : `expected a duration above 0, got ${JSON.stringify(text)}`;
}

/** Every selector, with how far back it looks. */
export function findSelectors(tree: Tree, query: string): Selector[] {
  const selectors: Selector[] = [];
  tree.iterate({
    enter: ({ node }) => {
      if (node.name === 'VectorSelector') selectors.push(toSelector(node, query));
    },
  });
  return selectors;
}

function toSelector(node: SyntaxNode, query: string): Selector {
  const text = query.slice(node.from, node.to);
  const identifier = node.getChild('Identifier');
  const matchers = matchersOf(node, query);
  const range = node.parent?.name === 'MatrixSelector' ? durationsOf(node.parent, query)[0] : undefined;
  let reachMs = 0;
  for (let above = node.parent; above !== null; above = above.parent) reachMs += reachOf(above, query);
  return {
    text,
    metric: identifier === null ? (matchers.get('__name__') ?? null) : query.slice(identifier.from, identifier.to),
    job: matchers.get('job') ?? null,
    rangeMs: range ?? null,
    reachMs,
    index: node.from,
  };
}

function reachOf(node: SyntaxNode, query: string): number {
  if (node.name === 'MatrixSelector') return durationsOf(node, query)[0] ?? 0;
  // A subquery's newest point may be one step old.
  if (node.name === 'SubqueryExpr') return durationsOf(node, query).reduce((sum, durationMs) => sum + durationMs, 0);
  if (node.name === 'OffsetExpr') return Math.max(0, offsetMs(node, query));
  return 0;
}

function durationsOf(node: SyntaxNode, query: string): number[] {
  return node.getChildren('DurationExpr').map((child) => literalMs(query.slice(child.from, child.to)) ?? 0);
}

/** Offset of an offset expression, ms; negative where it looks ahead. */
export function offsetMs(node: SyntaxNode, query: string): number {
  const child = node.getChild('OffsetDurationExpr');
  const text = child === null ? '' : query.slice(child.from, child.to).replace(/\s/g, '');
  const sign = text.startsWith('-') ? -1 : 1;
  return sign * (literalMs(text.replace(/^[-+]/, '')) ?? 0);
}

function matchersOf(node: SyntaxNode, query: string): Map<string, string> {
  const found = new Map<string, string>();
  const list = node.getChild('LabelMatchers');
  for (const matcher of list?.getChildren('UnquotedLabelMatcher') ?? []) {
    const [label, operator, value] = [
      matcher.firstChild,
      matcher.getChild('MatchOp'),
      matcher.getChild('StringLiteral'),
    ];
    if (label === null || operator === null || value === null) continue;
    if (query.slice(operator.from, operator.to) !== '=') continue;
    found.set(query.slice(label.from, label.to), query.slice(value.from + 1, value.to - 1));
  }
  const [quoted] = list?.getChildren('QuotedLabelName') ?? [];
  if (quoted !== undefined) found.set('__name__', query.slice(quoted.from + 1, quoted.to - 1));
  return found;
}

const UNITS_MS: Readonly<Record<string, number>> = {
  y: 365 * 86_400_000,
  w: 7 * 86_400_000,
  d: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  s: 1_000,
  ms: 1,
};

/** Milliseconds of a duration in Prometheus' grammar; a bare number counts seconds. */
function literalMs(text: string): number | null {
  const plain = text.replaceAll('_', '');
  if (/^(?:\d+(?:ms|[ywdhms]))+$/.test(plain)) {
    let totalMs = 0;
    for (const [, digits, unit] of plain.matchAll(/(\d+)(ms|[ywdhms])/g))
      totalMs += Number(digits) * (UNITS_MS[unit ?? ''] ?? 0);
    return totalMs;
  }
  const seconds = plain === '' ? Number.NaN : Number(plain);
  return Number.isFinite(seconds) ? seconds * 1_000 : null;
}
