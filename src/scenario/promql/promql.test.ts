import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { labScrapeIntervalMs, probeQueryProblems } from './probe-query.ts';
import { analysePromql, createPromqlAnalyser, longestRangeMs, selectorsOf } from './promql.ts';

describe('analysePromql', () => {
  it.each([
    ['up', 0],
    ['sum(rate(foo{a="b"}[5s])) / sum(rate(bar[10s]))', 10_000],
    ['foo offset 5s', 5_000],
    ['max_over_time(rate(foo[5s])[1m:1s])', 66_000],
    ['rate(foo[5s:1s] offset 3s)', 9_000],
    ['increase(foo[1h30m])', 5_400_000],
    ['rate(foo[5])', 5_000],
    ['rate(foo[1y1w1d])', 32_227_200_000],
    ['# comment\nsum(rate(foo[5s])) # more\n', 5_000],
    ['histogram_quantile(0.99, sum by (le) (rate(x_bucket[10s])))', 10_000],
    ['sum(foo{a=~"b\\"[9d]"})', 0],
    ['sum({__name__="foo", job="a"})', 0],
    ['sum({"foo.bar"})', 0],
    ['-foo + 0x1F', 0],
  ])('accepts %s, which looks back %i ms', (query, reachMs) => {
    const analysis = analysePromql(query);
    expect(analysis.problems).toEqual([]);
    expect(analysis.type).toBe('vector');
    expect(analysis.reachMs).toBe(reachMs);
    expect(longestRangeMs(query)).toBe(reachMs);
  });

  it.each([
    ['rate(foo)', 5, 'expected type matrix in call to function "rate", got vector'],
    ['# c\nrate(foo)', 9, 'expected type matrix in call to function "rate", got vector'],
    ['sum(rate(foo[5s])', 17, 'the expression ends too early'],
    ['foo bar', 4, 'unexpected "bar"'],
    ['foo)', 3, 'unexpected ")"'],
    ['', 0, 'the expression is empty'],
    ['nope(foo)', 4, 'unknown function nope'],
    ['foo{a="b}', 6, 'text without closing quote'],
    ['foo{a="b\\"}', 6, 'text without closing quote'],
    ['foo[5s', 6, 'the expression ends too early'],
    ['{}', 0, 'vector selector must contain at least one non-empty matcher'],
    ['rate(foo[0s])', 9, 'expected a duration above 0, got "0s"'],
    ['rate(foo[1m + 5s])', 9, '"1m + 5s": computed durations need an experimental feature of Prometheus'],
    ['mad_over_time(x[5s])', 0, '"mad_over_time" needs an experimental feature of Prometheus'],
    ['1 > 2', 0, 'comparisons between scalars must use BOOL modifier'],
    ['sum(foo, bar, "x") +', 20, 'the expression ends too early'],
    ['a'.repeat(2_001), 0, 'longer than 2000 characters'],
    ['('.repeat(41), 0, 'more than 40 brackets open at once'],
    [`${'-'.repeat(200)}x`, 0, 'too many operators in one expression'],
  ])('refuses %.60s', (query, index, message) => {
    expect(analysePromql(query).problems).toEqual([{ index, message }]);
  });

  it('finds what is read, once each', () => {
    expect(selectorsOf('sum(rate(a{x="1"}[5s])) / sum(rate(a{x="1"}[9s])) + b offset 1m')).toEqual(['a{x="1"}', 'b']);
    expect(analysePromql('up{job="apiserver", a!="b"}').selectors).toMatchObject([
      { metric: 'up', job: 'apiserver', rangeMs: null },
    ]);
    expect(analysePromql('{__name__="x"}').selectors).toMatchObject([{ metric: 'x' }]);
    expect(analysePromql('{"y.z"}').selectors).toMatchObject([{ metric: 'y.z' }]);
  });

  it('never throws, whatever the text', () => {
    const token = fc.constantFrom(
      'sum',
      'rate',
      'foo',
      '(',
      ')',
      '[',
      ']',
      '5s',
      ':',
      '{',
      '}',
      '"',
      '=',
      '~',
      '+',
      '-',
      ' by ',
      ' or ',
      ',',
      '#',
      '\n',
      ' ',
      'offset',
      '@',
      '1',
      '\\',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(token, { maxLength: 60 }).map((tokens) => tokens.join('')),
        ),
        (query) => {
          const { problems } = analysePromql(query);
          expect(problems.every(({ index }) => index >= 0 && index <= query.length)).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('does the work for equal texts once', () => {
    const analyse = createPromqlAnalyser();
    expect(analyse('up')).toBe(analyse('up'));
    expect(analyse('up')).not.toBe(analyse('down'));
  });
});

describe('probeQueryProblems', () => {
  const problemsOf = (query: string): string[] =>
    probeQueryProblems(query, analysePromql(query), labScrapeIntervalMs).map(
      ({ index, message }) => `${index} ${message}`,
    );

  it.each([
    'sum(rate(shop_requests_total{outcome="ok"}[5s])) / sum(rate(shop_requests_total[5s]))',
    'min(min_over_time(shop_backends[5s]))',
    'sum(up{job="apiserver"})',
    'sum(rate(apiserver_request_total[1m]))',
    'sum(foo > bool 3)',
    'sum(foo or bar)',
    'sum(foo > 3)',
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
