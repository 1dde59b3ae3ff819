import { describe, expect, it } from 'vitest';
import { parsePromql } from './promql-parser.ts';

const up = { label: '__name__', operator: '=', value: 'up' };

/** The tree without types and places, which the rules of the language are tested with. */
function shapeOf(query: string): unknown {
  const parsed = parsePromql(query);
  return JSON.parse(JSON.stringify(parsed), (key, value) => (/^(?:type|start|end)$/.test(key) ? undefined : value));
}

describe('parsePromql', () => {
  it.each([
    ['-Inf', { kind: 'number', value: '-Infinity' }],
    ['NaN', { kind: 'number', value: 'NaN' }],
    ['1e300', { kind: 'number', value: '1e+300' }],
    ['0x1F', { kind: 'number', value: '31' }],
    ['5m', { kind: 'number', value: '300' }],
    [`'a\\u0062"'`, { kind: 'string', value: 'ab"' }],
    ['(-up)', { kind: 'parentheses', operand: { kind: 'unary', operator: '-', operand: expect.anything() } }],
    ['time()', { kind: 'call', function: 'time', arguments: [] }],
    ['up offset -5m', { kind: 'selector', text: 'up', matchers: [up], offsetMs: -300_000, at: null }],
    ['up @ 1.5', { kind: 'selector', text: 'up', matchers: [up], offsetMs: 0, at: 1_500 }],
    ['up[5m] @ start()', { kind: 'range', rangeMs: 300_000, selector: expect.objectContaining({ at: 'start' }) }],
    ['up[1h:5s] offset 1m', { kind: 'subquery', rangeMs: 3.6e6, stepMs: 5_000, offsetMs: 6e4, at: null }],
    ['up[1h:] @ end()', { kind: 'subquery', stepMs: 0, at: 'end' }],
    [
      '{"a.b", c !~ "d"}',
      {
        text: '{__name__="a.b",c!~"d"}',
        matchers: [
          { ...up, value: 'a.b' },
          { label: 'c', operator: '!~', value: 'd' },
        ],
      },
    ],
    ['sum(up)', { kind: 'aggregation', operator: 'sum', parameter: null, labels: [], without: false }],
    ['topk without (a, b) (3, up)', { parameter: { kind: 'number', value: '3' }, labels: ['a', 'b'], without: true }],
    ['1 > bool 2', { kind: 'binary', operator: '>', bool: true, matching: null }],
    [
      'up * on (a) group_left (b) up',
      { bool: false, matching: { cardinality: 'many-to-one', on: true, labels: ['a'], include: ['b'] } },
    ],
    ['up or up', { operator: 'or', matching: { cardinality: 'many-to-many', on: false, labels: [], include: [] } }],
  ])('reads %s', (query, expression) => {
    expect(shapeOf(query)).toMatchObject({ expression });
  });

  it('tells types and places in characters of JavaScript', () => {
    expect(parsePromql('"ä😀" == up')).toMatchObject({ problems: [{ index: 0 }] });
    expect(parsePromql('up + count_values("😀", up)')).toMatchObject({
      expression: {
        type: 'vector',
        left: { type: 'vector', start: 0, end: 2 },
        right: {
          start: 5,
          end: 27,
          parameter: { type: 'string', start: 18, end: 22 },
          operand: { start: 24, end: 26 },
        },
      },
    });
  });

  it('answers the same however much it was asked before', () => {
    const first = parsePromql('sum by (a) (rate(up[5m]))');
    for (let number = 0; number < 500; number += 1) parsePromql(`up{a=~"${'x'.repeat(number)}.*y"}`);
    expect(parsePromql('sum by (a) (rate(up[5m]))')).toEqual(first);
  });
});
