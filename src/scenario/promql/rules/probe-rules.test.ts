import { describe, expect, it } from 'vitest';
import { analysePromql } from '../../../../test/fixtures/analyse-promql.ts';
import { labScrapeIntervalMs } from '../scrape-interval.ts';
import { probeQueryProblems } from './probe-rules.ts';

describe('probeQueryProblems', () => {
  const problemsOf = (query: string): string[] => {
    const { expression } = analysePromql(query);
    if (expression === null) throw new Error(`no PromQL: ${query}`);
    return probeQueryProblems(expression, labScrapeIntervalMs).map(({ index, message }) => `${index} ${message}`);
  };

  it.each([
    'sum(rate(shop_requests_total{outcome="ok"}[5s])) / sum(rate(shop_requests_total[5s]))',
    'min(min_over_time(shop_backends[5s]))',
    'sum(up{job="apiserver"})',
    'sum(rate(apiserver_request_total[1m]))',
    'sum(foo > bool 3)',
    'sum(foo or bar)',
    'sum(foo > 3)',
    'foo and bar > 3',
  ])('has nothing against %s', (query) => {
    expect(problemsOf(query)).toEqual([]);
  });

  it.each([
    ['vector(1)', '0 reads no series'],
    ['time()', '0 expected an expression of type instant vector, got scalar'],
    ['scalar(foo)', 'got scalar'],
    ['foo[5s]', 'got matrix'],
    ['"foo"', 'got string'],
    ['(foo > 3)', '1 a comparison makes the sample vanish'],
    ['foo == bar', '0 a comparison makes the sample vanish'],
    ['(foo == 1) and bar or baz == 1', '1 a comparison makes the sample vanish'],
    ['foo and bar or (baz == 1)', '16 a comparison makes the sample vanish'],
    ['(foo > 3) unless bar', '1 a comparison makes the sample vanish'],
    ['sum(foo) or vector(0)', '0 `or` with a constant'],
    ['vector(0) or sum(foo)', '0 `or` with a constant'],
    ['1 - (sum(foo) or on() vector(0))', '5 `or` with a constant'],
    ['sum(foo @ 12)', '4 the @ modifier'],
    ['sum(foo @ end())', '4 the @ modifier'],
    ['sum(foo offset -1m)', '4 a negative offset'],
    ['max_over_time(foo[1m:])', '14 expected a subquery with its own step'],
    ['sum(rate(foo[3s]))', '9 a window of 3s holds fewer than 4 scrapes of foo: expected at least [4s]'],
    ['sum(rate(apiserver_request_total[10s]))', 'expected at least [60s]'],
    ['sum(rate(foo{job="kubelet"}[10s]))', 'expected at least [60s]'],
  ])('refuses %s as a probe', (query, problem) => {
    expect(problemsOf(query).join('\n')).toContain(problem);
  });
});
