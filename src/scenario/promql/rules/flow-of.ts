import type { Expression, VectorSelector } from '../expression.ts';
import { aggregationFlow } from './aggregation-flow.ts';
import { binaryFlow } from './binary-flow.ts';
import { callFlow } from './call-flow.ts';
import { mirrored } from './drop.ts';
import { type Flow, type FlowOf, merged } from './flow.ts';
import { ANY, exactly, type Interval, isExact, NOT_NEGATIVE, negated, SHARE } from './interval.ts';

/** Follows the data from the series to the answer. */
export function flowOf(expression: Expression): Flow {
  const known = new Map<Expression, Flow>();
  const look: FlowOf = (part) => {
    const flow = known.get(part) ?? settled(flowThrough(part, look));
    known.set(part, flow);
    return flow;
  };
  return look(expression);
}

function settled(flow: Flow): Flow {
  return isExact(flow.interval) ? { ...flow, moves: false } : flow;
}

function flowThrough(expression: Expression, look: FlowOf): Flow {
  switch (expression.kind) {
    case 'number':
      return { ...merged(), interval: exactly(Number(expression.value)) };
    case 'string':
      return merged();
    case 'selector':
      return { ...merged(), interval: selected(expression), single: false, moves: true };
    case 'range':
      return look(expression.selector);
    case 'parentheses':
    case 'subquery':
      return look(expression.operand);
    case 'unary':
      return expression.operator === '-' ? turned(look(expression.operand)) : look(expression.operand);
    case 'binary':
      return binaryFlow(expression, look);
    case 'aggregation':
      return aggregationFlow(expression, look);
    case 'call':
      return callFlow(expression, look);
  }
}

function turned(flow: Flow): Flow {
  return { ...flow, interval: negated(flow.interval), drops: flow.drops.map(mirrored) };
}

/** By convention a counter's name ends so, and no counter falls below 0. */
const COUNTER = /_(?:total|bucket)$/;

function selected({ matchers }: VectorSelector): Interval {
  const metric = matchers.find(({ label, operator }) => label === '__name__' && operator === '=')?.value ?? '';
  if (metric === 'up') return SHARE;
  return COUNTER.test(metric) ? NOT_NEGATIVE : ANY;
}
