import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { METRICS } from '../../healer/src/names.ts';
import { analysePromql } from '../../src/scenario/promql/promql.ts';

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly annotations: { readonly summary: string };
}

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const { groups } = parse(read('healer/rules/healer.rules.yaml')) as { groups: { rules: Rule[] }[] };
const rules = groups.flatMap((group) => group.rules);
const metrics: readonly string[] = Object.values(METRICS);

describe('the alerts about the healer', () => {
  it.each(rules.map((rule) => [rule.alert, rule] as const))(
    '%s is PromQL over metrics that the healer has',
    (_name, rule) => {
      const { problems, type } = analysePromql(rule.expr);
      expect(problems).toEqual([]);
      expect(type).toBe('vector');
      const used = rule.expr.match(/healer_\w+/g) ?? [];
      expect(used.length).toBeGreaterThan(0);
      for (const metric of used) expect(metrics).toContain(metric);
      expect(rule.annotations.summary).toMatch(/\w/);
    },
  );

  it('have names of their own', () => {
    const names = rules.map(({ alert }) => alert);
    expect(new Set(names).size).toBe(names.length);
  });

  it('would not pass with a slip of the pen', () => {
    expect(analysePromql('rate(healer_storm)').problems).not.toEqual([]);
  });
});
