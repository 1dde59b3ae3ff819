import { describe, expect, it } from 'vitest';
import { analysePromql } from '../../../../test/fixtures/analyse-promql.ts';
import { parseTolerance } from '../../model/tolerance.ts';
import { labScrapeIntervalMs } from '../scrape-interval.ts';
import type { Bound } from './bound.ts';
import { probeQueryProblems } from './probe-rules.ts';

function problemsOf(query: string, bound: string, asker: Bound['asker'] = 'probe'): string[] {
  const { expression } = analysePromql(query);
  const tolerance = parseTolerance(bound);
  if (expression === null || tolerance === null) throw new Error(`cannot be read: ${query} ${bound}`);
  const problems = probeQueryProblems(expression, labScrapeIntervalMs, { tolerance, asker });
  return problems.map(({ index, message }) => `${index} ${message}`);
}

describe('a probe', () => {
  it.each([
    ['sum(up) >= bool 2', '== 1'],
    ['1 - sum(rate(x_total{outcome!="ok"}[1m])) / sum(rate(x_total[1m]))', '>= 0.99'],
    ['sum(rate(x_total{outcome="ok"}[1m])) / (sum(rate(x_total[1m])) > 0)', '> 0.9'],
    ['sum(rate(x_total{outcome="ok"}[1m])) / sum(rate(x_total[1m])) and on() sum(rate(x_total[1m])) > 1', '> 0.9'],
    ['histogram_fraction(0, 0.3, sum(rate(x_seconds[1m])))', '> 0.95'],
    ['histogram_quantile(0.9, sum by (le) (rate(x_bucket[1m])) > 0)', '< 0.5'],
    ['count(up == 1)', '>= 2'],
    ['sum(up == 1)', '== 2'],
    ['count(x < 0.5) / count(x)', '> 0.9'],
    ['sum((a == 1) or (b == 1))', '>= 2'],
    ['count(group by (pod) (a) or group by (pod) (b))', '>= 2'],
    ['sum(foo or bar)', '>= 2'],
    ['count(group by (pod) (a))', '>= 2'],
    ['sum(present_over_time(x[10s]))', '>= 2'],
    ['count_over_time(x[10s])', '>= 8'],
    ['sum(increase(x_total[2m]))', '== 0'],
    ['max(topk(3, x))', '< 5'],
    ['min(bottomk(3, x))', '> 5'],
    ['topk(1, sum by (pod) (x))', '< 5'],
    ['max(x > 3)', '< 5'],
    ['sum(x > 3)', '>= 20'],
    ['time() - max(backup_timestamp_seconds)', '< 3600'],
    ['vector(scalar(sum(x)))', '< 5'],
    ['sum(x) unless on() absent(y)', '< 5'],
    ['avg(a atan2 on() b)', '>= -4'],
    ['clamp_max(sum(x), 10)', '>= 3'],
    ['abs(sum(x) - sum(x offset 1m))', '< 5'],
    ['max(up{job="a"})', '== 1'],
    ['min(up{job="a", instance="b"})', '== 1'],
    ['min(min_over_time(shop_backends[5s]))', '>= 1'],
    ['min(min_over_time(shop_backends[5s]))', '== 1'],
    ['sum(x * on(pod) group_left() (y == 1))', '< 5'],
    ['-sum(x)', '< 0'],
    ['sum(x) ^ 2', '< 4'],
    ['sum(a) / sum(b)', '[0, 1]'],
    ['sum(x) % 7', '< 3'],
  ])('may ask %s %s', (query, bound) => {
    expect(problemsOf(query, bound)).toEqual([]);
  });

  it.each([
    ['absent(x)', '== 1', '0 `absent` turns missing data into a value'],
    ['1 - absent_over_time(x[1m])', '== 0', '4 `absent_over_time` turns'],
    ['count(absent(x))', '>= 1', '6 `absent` turns'],
    ['absent(up == 1)', '== 1', '0 `absent` turns'],
    ['x and on() absent(y)', '< 3', '11 `absent` turns'],
    ['x or 0 * count(up)', '< 5', '0 `or` with a constant'],
    ['sum(x or 0 * y)', '< 5', '4 `or` with a constant'],
    ['sum(x) or (vector(3) unless on() sum(x))', '>= 3', '0 `or` with a constant'],
    ['sum(a) or sum(b)', '< 3', '0 `or` lets other series answer'],
    ['max(sum(a) or sum(b))', '< 3', '4 `or` lets other series answer'],
    ['sum(a or on() b)', '< 3', '4 `or` lets other series answer'],
    ['vector(scalar(sum(x)) <= bool 5)', '== 0', '7 a comparison with scalar() answers'],
    ['count(vector(scalar(x)))', '>= 1', '0 counts what scalar() makes of missing data'],
    ['sum(up) > bool scalar(y)', '== 0', '0 a comparison with scalar() answers'],
  ])('may not take silence for an answer: %s', (query, bound, problem) => {
    expect(problemsOf(query, bound)).toEqual([expect.stringContaining(problem)]);
  });

  it('may not take an absent series for a value beside its own', () => {
    expect(problemsOf('x or absent(x) - 1', '< 5')).toContainEqual(expect.stringContaining('5 `absent` turns'));
  });

  it.each([
    ['max(x < 0.5)', '< 0.5', 4],
    ['max(x < 0.5)', '< 0.4', 4],
    ['min(0.9 <= x)', '>= 0.95', 4],
    ['(sum(x) < 5) + 0', '< 5', 1],
    ['sort(x < 5)', '< 5', 5],
    ['sort_desc(label_replace(x < 5, "a", "b", "c", "d"))', '< 5', 24],
    ['-(x < 5)', '> -5', 2],
    ['10 - max(x < 5)', '> 5', 9],
    ['max(sum(x) < 5)', '< 5', 4],
    ['sum(x < 5)', '< 100', 4],
    ['max_over_time((x < 5)[1m:1s])', '< 4', 15],
    ['clamp_max(avg(x > 5), 9)', '> 6', 14],
    ['max(x < 0.5) < bool 0.4', '== 1', 4],
    ['avg(x < 5) * 2', '< 8', 4],
    ['avg(up == 1)', '== 1', 4],
    ['x and x < 5', '< 5', 6],
    ['max(x unless x > 5)', '< 5', 13],
  ])('may not leave out what is out of bounds: %s %s', (query, bound, index) => {
    expect(problemsOf(query, bound)).toEqual([
      expect.stringContaining(`${index} a comparison makes the sample vanish`),
    ]);
  });

  it.each([
    ['max(bottomk(3, x))', '< 5', '4 `bottomk` leaves out the highest'],
    ['topk(1, up)', '== 1', '0 `topk` leaves out the lowest'],
  ])('may not pick those that are within: %s %s', (query, bound, problem) => {
    expect(problemsOf(query, bound)).toEqual([expect.stringContaining(problem)]);
  });

  it.each([
    ['min_over_time(x[5m])', '< 5', '0 `min_over_time` hides what is above'],
    ['sum(max_over_time(x[5m]))', '>= 5', '4 `max_over_time` hides what is below'],
  ])('may not smooth away what is out of bounds: %s %s', (query, bound, problem) => {
    expect(problemsOf(query, bound)).toEqual([expect.stringContaining(problem)]);
  });

  it.each([
    ['group(up)', '== 1'],
    ['sum(x) == bool sum(x)', '== 1'],
    ['sum(x) <= bool (sum(x))', '== 1'],
    ['sum(up) * 0 + 1', '== 1'],
    ['sum(x) - (sum(x))', '== 0'],
    ['x / x', '== 1'],
    ['sum(x) ^ 0', '== 1'],
    ['1 ^ sum(x)', '== 1'],
    ['count(sum(x))', '== 1'],
    ['present_over_time(x[10s])', '== 1'],
    ['clamp(sum(x), 1, 1)', '== 1'],
    ['vector(5) and on() sum(x)', '== 5'],
    ['vector(time()) and on() sum(x)', '> 5'],
    ['sum(count(x) > bool 0)', '== 1'],
    ['sgn(count(x))', '== 1'],
  ])('may not be constant: %s', (query, bound) => {
    expect(problemsOf(query, bound)).toEqual([expect.stringContaining('its answer would not depend on the cluster')]);
  });

  it.each([
    ['count(x)', '>= 0'],
    ['count(x)', '> 0'],
    ['count(x)', '!= 0'],
    ['count(up == 1)', '>= 1'],
    ['sum(rate(x[1m]))', '>= 0'],
    ['sum(x_total)', '>= 0'],
    ['max(up)', '[0, 1]'],
    ['sum(x) > bool 5', '[0, 1]'],
    ['1 - (sum(x) > bool 5)', '<= 1'],
    ['sum(rate(x_total{a="b"}[1m])) / sum(rate(x_total[1m]))', '[0, 1]'],
    ['1 - sum(rate(x_total{a="b"}[1m])) / sum(rate(x_total[1m]))', '[0, 1]'],
    ['count(up == 1) / count(up)', '<= 1'],
    ['100 * sum(rate(x_total{a="b"}[1m])) / sum(rate(x_total[1m]))', '<= 100'],
    ['sum(up) / count(up)', '<= 1'],
    ['sum(rate(a_total[1m])) / (sum(rate(a_total[1m])) + sum(rate(b_total[1m])))', '[0, 1]'],
    ['clamp(sum(x), 0, 1)', '[0, 1]'],
    ['clamp_max(sum(x), 10)', '< 11'],
    ['clamp_min(sum(x), 1)', '>= 1'],
    ['sum(x) ^ 2', '>= 0'],
    ['abs(sum(x))', '>= 0'],
    ['stddev(x)', '>= 0'],
    ['-count(x)', '< 0'],
    ['min_over_time(count(x)[1m:1s])', '>= 1'],
    ['count_over_time(x[10s])', '>= 1'],
    ['quantile(0.9, up)', '!= 2'],
    ['sum(x > 3)', '> 3'],
    ['histogram_fraction(0, 1, sum(rate(x[1m])))', '[0, 1]'],
    ['sum(x_total) % 3', '<= 3'],
  ])('must be able to leave its tolerance: %s %s', (query, bound) => {
    expect(problemsOf(query, bound)).toEqual([expect.stringContaining('always holds')]);
  });

  it.each([
    ['count(x)', '< 1'],
    ['max(up)', '> 1'],
    ['sum(rate(x_total[1m]))', '== -1'],
  ])('must be able to be in tolerance: %s %s', (query, bound) => {
    expect(problemsOf(query, bound)).toEqual([expect.stringContaining('never holds')]);
  });

  it.each([
    ['min(up{job="shop"})', '== 1', '0 `min` of `up` does not notice'],
    ['avg(min_over_time(up[5s]))', '> 0.9', '0 `avg` of `up` does not notice'],
    ['sum(up) / count(up)', '== 1', '0 `sum / count` of `up` does not notice'],
  ])('must notice a target that is gone: %s %s', (query, bound, problem) => {
    expect(problemsOf(query, bound)).toEqual([expect.stringContaining(problem)]);
  });
});

describe('a guard', () => {
  it.each([
    ['max(x < 0.5)', '< 0.2'],
    ['min(up{job="a"})', '< 1'],
    ['min_over_time(x[1m])', '> 5'],
    ['sum(up{job="apiserver"})', '< 1'],
  ])('may watch %s %s', (query, bound) => {
    expect(problemsOf(query, bound, 'guard')).toEqual([]);
  });

  it.each([
    ['max(x < 0.5)', '> 0.4', 'a comparison makes the sample vanish'],
    ['count(x)', '< 1', 'never holds'],
    ['count(x)', '>= 0', 'always holds'],
  ])('may not watch %s %s', (query, bound, problem) => {
    expect(problemsOf(query, bound, 'guard')).toEqual([expect.stringContaining(problem)]);
  });
});

describe('a witness', () => {
  it('may see one target go', () => {
    expect(problemsOf('min(up)', '== 0', 'witness')).toEqual([]);
  });

  it('must be able to be out before', () => {
    expect(problemsOf('max(up)', '>= 0', 'witness')).toEqual([expect.stringContaining('always holds')]);
  });
});
