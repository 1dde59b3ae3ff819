import type { PromqlProblem } from './analysis.ts';
import { type Binary, type Expression, everyPart } from './expression.ts';
import { findSelectors } from './selectors.ts';

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
export function probeQueryProblems(expression: Expression, scrapeIntervalMs: ScrapeInterval): PromqlProblem[] {
  return [
    ...answerProblems(expression),
    ...everyPart(expression).flatMap((part) => partProblems(part)),
    ...filterProblems(expression),
    ...thinWindows(expression, scrapeIntervalMs),
  ];
}

function answerProblems(expression: Expression): PromqlProblem[] {
  if (expression.type !== 'vector') {
    return [{ index: 0, message: `expected an expression of type instant vector, got ${expression.type}` }];
  }
  if (readsSeries(expression)) return [];
  return [{ index: 0, message: 'reads no series: its answer would not depend on the cluster' }];
}

function readsSeries(expression: Expression): boolean {
  return everyPart(expression).some(({ kind }) => kind === 'selector');
}

function partProblems(part: Expression): PromqlProblem[] {
  return messagesAbout(part).map((message) => ({ index: part.start, message }));
}

function messagesAbout(part: Expression): string[] {
  switch (part.kind) {
    case 'selector':
      return shiftMessages(part);
    case 'subquery':
      return [
        ...shiftMessages(part),
        ...(part.stepMs === 0 ? ['expected a subquery with its own step, such as [1m:1s]'] : []),
      ];
    case 'binary':
      return hidesSilence(part)
        ? ['`or` with a constant turns missing data into a value; leave it out, silence must stay silence']
        : [];
    default:
      return [];
  }
}

function shiftMessages({ at, offsetMs }: { readonly at: unknown; readonly offsetMs: number }): string[] {
  return [
    ...(at === null ? [] : ['the @ modifier answers for another moment than the one asked for']),
    ...(offsetMs < 0 ? ['a negative offset looks into the future'] : []),
  ];
}

function hidesSilence({ operator, left, right }: Binary): boolean {
  return operator === 'or' && !(readsSeries(left) && readsSeries(right));
}

function filterProblems(expression: Expression): PromqlProblem[] {
  const message =
    'a comparison makes the sample vanish just when it is out of bounds: put the bound into tolerance, or compare with bool';
  return answersOf(expression)
    .filter(isFilter)
    .map(({ start }) => ({ index: start, message }));
}

/** The parts whose samples become the answer as they are. */
function answersOf(expression: Expression): Expression[] {
  if (expression.kind === 'parentheses') return answersOf(expression.operand);
  if (expression.kind !== 'binary') return [expression];
  const { operator, left, right } = expression;
  if (operator === 'or') return [...answersOf(left), ...answersOf(right)];
  return operator === 'and' || operator === 'unless' ? answersOf(left) : [expression];
}

function isFilter(expression: Expression): boolean {
  if (expression.kind !== 'binary' || expression.bool) return false;
  return ['==', '!=', '<=', '<', '>=', '>'].includes(expression.operator);
}

function thinWindows(expression: Expression, scrapeIntervalMs: ScrapeInterval): PromqlProblem[] {
  return findSelectors(expression).flatMap((selector) => {
    const needMs = FEWEST_SCRAPES * scrapeIntervalMs(selector);
    if (selector.rangeMs === null || selector.rangeMs >= needMs) return [];
    const message = `a window of ${selector.rangeMs / 1000}s holds fewer than ${FEWEST_SCRAPES} scrapes of ${selector.text}: expected at least [${needMs / 1000}s]`;
    return [{ index: selector.index, message }];
  });
}
