import { describe, expect, it } from 'vitest';
import { analysePromql } from '../../../test/fixtures/analyse-promql.ts';
import { depthOf, type Expression, everyPart } from './expression.ts';

function parsed(query: string): Expression {
  const { expression } = analysePromql(query);
  if (expression === null) throw new Error(`no PromQL: ${query}`);
  return expression;
}

describe('an expression', () => {
  it.each([
    ['-foo + (1)', ['-foo + (1)', '-foo', 'foo', '(1)', '1']],
    ['topk by (a) (3, rate(foo[5m] offset 1m))', ['3', 'rate(foo[5m] offset 1m)', 'foo[5m] offset 1m', 'foo']],
    ['label_join(foo, "a", "b")', ['foo', '"a"', '"b"']],
    ['max_over_time((a > 3)[5m:1s] @ end())', ['(a > 3)[5m:1s] @ end()', '(a > 3)', 'a > 3', 'a', '3']],
  ])('has every part of %s, each with its place', (query, texts) => {
    const places = everyPart(parsed(query)).map(({ start, end }) => query.slice(start, end));
    expect(places.slice(-texts.length)).toEqual(texts);
  });

  it('is as deep as most parts are above one another', () => {
    expect(depthOf(parsed('foo'))).toBe(1);
    expect(depthOf(parsed('sum(rate(foo[5m])) + 1'))).toBe(5);
  });
});
