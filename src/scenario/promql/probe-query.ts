import type { PromqlAnalysis, PromqlProblem } from './promql.ts';
import { offsetMs, type SyntaxNode } from './promql-tree.ts';

/** Where and how often the series behind a selector are scraped, as far as that is known without a server. */
export type ScrapeInterval = (selector: { readonly metric: string | null; readonly job: string | null }) => number;

const SLOW_METRIC =
  /^(?:container|machine|cadvisor|kubelet|apiserver|etcd|kube|node|coredns|rest_client|workqueue|scheduler)_/;
const SLOW_JOB = /apiserver|kubelet|cadvisor|node|etcd|coredns|kube-/;

/** The lab: 1 s for workload, healer and Chaos Mesh, 15 s for what the cluster says about itself. */
export const labScrapeIntervalMs: ScrapeInterval = ({ metric, job }) =>
  SLOW_METRIC.test(metric ?? '') || SLOW_JOB.test(job ?? '') ? 15_000 : 1_000;

const FEWEST_SCRAPES = 4;

/**
 * What makes a well-formed expression useless or misleading as a probe or guard: every rule here stands for a way in
 * which silence, or another moment than the one asked for, would be taken for an answer.
 */
export function probeQueryProblems(
  query: string,
  analysis: PromqlAnalysis,
  scrapeIntervalMs: ScrapeInterval,
): PromqlProblem[] {
  const problems: PromqlProblem[] = [];
  if (analysis.type !== 'vector') {
    problems.push({ index: 0, message: `expected an expression of type instant vector, got ${analysis.type}` });
  } else if (analysis.selectors.length === 0) {
    problems.push({ index: 0, message: 'reads no series: its answer would not depend on the cluster' });
  }
  analysis.tree.iterate({
    enter: ({ node }) => {
      const message = nodeProblem(node, query);
      if (message !== null) problems.push({ index: node.from, message });
    },
  });
  const outermost = unwrapped(analysis.tree.topNode.firstChild);
  if (isFilter(outermost)) {
    problems.push({
      index: outermost?.from ?? 0,
      message:
        'a comparison makes the sample vanish just when it is out of bounds: put the bound into tolerance, or compare with bool',
    });
  }
  return [...problems, ...thinWindows(analysis, scrapeIntervalMs)];
}

function nodeProblem(node: SyntaxNode, query: string): string | null {
  if (node.name === 'StepInvariantExpr') return 'the @ modifier answers for another moment than the one asked for';
  if (node.name === 'OffsetExpr' && offsetMs(node, query) < 0) return 'a negative offset looks into the future';
  if (node.name === 'SubqueryExpr' && node.getChildren('DurationExpr').length < 2) {
    return 'expected a subquery with its own step, such as [1m:1s]';
  }
  if (node.name === 'BinaryExpr' && node.getChild('Or') !== null && hasSilentSide(node)) {
    return '`or` with a constant turns missing data into a value; leave it out, silence must stay silence';
  }
  return null;
}

function hasSilentSide(node: SyntaxNode): boolean {
  return [node.firstChild, node.lastChild].some((side) => side !== null && !readsSeries(side));
}

function readsSeries(node: SyntaxNode): boolean {
  if (node.name === 'VectorSelector') return true;
  for (let child = node.firstChild; child !== null; child = child.nextSibling) if (readsSeries(child)) return true;
  return false;
}

function unwrapped(node: SyntaxNode | null): SyntaxNode | null {
  return node?.name === 'ParenExpr' ? unwrapped(node.getChild('Expr')) : node;
}

function isFilter(node: SyntaxNode | null): boolean {
  if (node?.name !== 'BinaryExpr' || node.getChild('BoolModifier') !== null) return false;
  return ['Eql', 'Neq', 'Lte', 'Lss', 'Gte', 'Gtr'].some((operator) => node.getChild(operator) !== null);
}

function thinWindows(analysis: PromqlAnalysis, scrapeIntervalMs: ScrapeInterval): PromqlProblem[] {
  return analysis.selectors.flatMap((selector) => {
    const needMs = FEWEST_SCRAPES * scrapeIntervalMs(selector);
    if (selector.rangeMs === null || selector.rangeMs >= needMs) return [];
    const message = `a window of ${selector.rangeMs / 1000}s holds fewer than ${FEWEST_SCRAPES} scrapes of ${selector.text}: expected at least [${needMs / 1000}s]`;
    return [{ index: selector.index, message }];
  });
}
