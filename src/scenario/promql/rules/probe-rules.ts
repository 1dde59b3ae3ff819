import type { PromqlProblem } from '../analysis.ts';
import { type Expression, everyPart } from '../expression.ts';
import type { ScrapeInterval } from '../scrape-interval.ts';
import { findSelectors } from '../selectors.ts';
import type { Bound } from './bound.ts';
import { flowProblems } from './flow-problems.ts';

const FEWEST_SCRAPES = 4;

/**
 * What makes a well-formed expression useless or misleading as a probe or guard: every rule here stands for a way in
 * which silence, or another moment than the one asked for, would be taken for an answer.
 */
export function probeQueryProblems(
  expression: Expression,
  scrapeIntervalMs: ScrapeInterval,
  bound: Bound | null = null,
): PromqlProblem[] {
  const unanswering = answerProblems(expression);
  return [
    ...(unanswering.length > 0 ? unanswering : flowProblems(expression, bound)),
    ...everyPart(expression).flatMap((part) => partProblems(part)),
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

function thinWindows(expression: Expression, scrapeIntervalMs: ScrapeInterval): PromqlProblem[] {
  return findSelectors(expression).flatMap((selector) => {
    const needMs = FEWEST_SCRAPES * scrapeIntervalMs(selector);
    if (selector.rangeMs === null || selector.rangeMs >= needMs) return [];
    const message = `a window of ${selector.rangeMs / 1000}s holds fewer than ${FEWEST_SCRAPES} scrapes of ${selector.text}: expected at least [${needMs / 1000}s]`;
    return [{ index: selector.index, message }];
  });
}
