import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePromql } from '../../adapters/promql/promql-parser.ts';
import { type AnalysePromql, createPromqlAnalyser, selectorsOf } from './analysis.ts';

const analysePromql: AnalysePromql = (query) => createPromqlAnalyser(parsePromql)(query);

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
    expect(analysis.expression?.type).toBe('vector');
    expect(analysis.reachMs).toBe(reachMs);
  });

  it.each([
    ['rate(foo)', 5, 'expected type range vector in call to function "rate", got instant vector'],
    ['# c\nrate(foo)', 9, 'expected type range vector in call to function "rate", got instant vector'],
    ['sum(rate(foo[5s])', 17, 'unclosed left parenthesis'],
    ['foo bar', 4, 'unexpected identifier "bar"'],
    ['foo)', 4, "unexpected right parenthesis ')'"],
    ['', 0, 'no expression found in input'],
    ['nope(foo)', 0, 'unknown function with name "nope"'],
    ['foo{a="b}', 6, 'unterminated quoted string'],
    ['foo{a="b\\"}', 6, 'unterminated quoted string'],
    ['foo[5s', 6, 'unclosed left bracket'],
    ['{}', 0, 'vector selector must contain at least one non-empty matcher'],
    ['rate(foo[0s])', 9, 'duration must be greater than 0'],
    ['rate(foo[1m + 5s])', 9, 'experimental duration expression is not enabled'],
    ['rate(foo[step()])', 9, 'experimental duration expression is not enabled'],
    ['foo offset -step()', 11, 'experimental duration expression is not enabled'],
    ['mad_over_time(x[5s])', 0, 'function "mad_over_time" is not enabled'],
    ['1 > 2', 2, 'comparisons between scalars must use BOOL modifier'],
    ['sum(foo) +', 10, 'unexpected end of input'],
    ['"ä😀" + foo bar', 12, 'unexpected identifier "bar"'],
    ['rate(foo[1min])', 9, 'bad number or duration syntax: "1mi"'],
    ['sum(foo{a=~"10\\.0"})', 11, "unknown escape sequence U+002E '.'"],
    ['foo{a=~"("}', 4, 'error parsing regexp: missing closing ): `(`'],
    ['label_replace(up, "a", "$1", "b")', 0, 'expected 5 argument(s) in call to "label_replace", got 4'],
    ['a * on(x) group_left group_right b', 21, 'unexpected <group_right> in grouping opts, expected "("'],
    ['rate(foo[1m])[1h]', 13, 'ranges only allowed for vector selectors'],
    ['a'.repeat(2_001), 0, 'longer than 2000 characters'],
    ['('.repeat(2_000), 2_000, 'unclosed left parenthesis'],
    [`${'-'.repeat(200)}x`, 0, 'too many operators in one expression'],
    [`${'-'.repeat(1_999)}x`, 0, 'too many operators in one expression'],
  ])('refuses %.60s', (query, index, message) => {
    expect(analysePromql(query).problems).toEqual([{ index, message }]);
  });

  it('tells of every cause and of none twice', () => {
    const indices = (query: string) => analysePromql(query).problems.map(({ index }) => index);
    expect(indices('rate(foo) + rate(bar)')).toEqual([5, 17]);
    expect(indices('sum(foo, bar, "x") +')).toEqual([0, 20]);
    expect(indices('sum(rate(foo')).toEqual([12]);
  });

  it('takes what is nested deeply', () => {
    const query = `${'('.repeat(140)}x${')'.repeat(140)} + x`;
    expect(analysePromql(query)).toMatchObject({ problems: [], selectors: [{ metric: 'x' }, { metric: 'x' }] });
  });

  it('finds what is read, once each', () => {
    const query = 'sum(rate(a{x="1"}[5s])) / sum(rate(a{x="1"}[9s])) + b offset 1m';
    expect(selectorsOf(analysePromql(query))).toEqual(['a{x="1"}', 'b']);
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
    const analyse = createPromqlAnalyser(parsePromql);
    expect(analyse('up')).toBe(analyse('up'));
    expect(analyse('up')).not.toBe(analyse('down'));
  });
});
