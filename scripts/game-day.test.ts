import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const ROOT = join(import.meta.dirname, '..');

interface Claim {
  readonly metadata: { readonly name: string; readonly tags: readonly string[] };
  readonly spec: {
    readonly fault: unknown;
    readonly recovery: {
      readonly by: 'healer' | 'kubernetes' | 'none';
      readonly actions?: {
        readonly expect?: readonly { readonly type: string }[];
        readonly refuse?: readonly { readonly reason: string }[];
      };
    };
  };
}

const scenarios = readdirSync(join(ROOT, 'scenarios')).map(
  (file) => parse(readFileSync(join(ROOT, 'scenarios', file), 'utf8')) as Claim,
);

/** Rows of the table: what a scenario's line says happens with the healer and without. */
const rows = new Map(
  readFileSync(join(ROOT, 'docs/game-day.md'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .flatMap((line) => {
      const [names = '', , withHealer = '', without = ''] = line.split('|').slice(1);
      return [...names.matchAll(/`([^`]+)`/g)].map(([, name = '']) => [name, { withHealer, without: without.trim() }]);
    }) as [string, { withHealer: string; without: string }][],
);

const WITHOUT = { healer: 'control holds', kubernetes: 'comes back', none: 'absorbed' } as const;
const DONE: Readonly<Record<string, RegExp>> = {
  EvictPod: /it is evicted/,
  DeletePod: /it is deleted/,
  RollbackWorkload: /the Deployment is rolled back/,
  RollbackRelease: /the release is rolled back/,
  Notify: /tells of it/,
};

describe('the table of the game day', () => {
  it('has a line for every scenario, and for nothing else', () => {
    expect([...rows.keys()].sort()).toEqual(scenarios.map(({ metadata }) => metadata.name).sort());
  });

  it.each(scenarios.map(({ metadata: { name }, spec }) => [name, spec] as const))(
    'says of %s what it claims',
    (name, { fault, recovery: { by, actions } }) => {
      const { withHealer = '', without = '' } = rows.get(name) ?? {};
      expect(without).toBe(fault === 'none' ? 'no control' : WITHOUT[by]);
      const refused = [...withHealer.matchAll(/\(`(\w+)`\)/g)].map(([, reason]) => reason);
      expect(refused).toEqual((actions?.refuse ?? []).map(({ reason }) => reason));
      for (const { type } of actions?.expect ?? []) expect(withHealer).toMatch(DONE[type] ?? /^unknown$/);
      const isIdle = (actions?.expect ?? []).length + refused.length === 0;
      expect(withHealer.trim() === 'nothing').toBe(isIdle);
    },
  );

  it('holds only what is a smoke test, of the game day, or both', () => {
    for (const { metadata } of scenarios) expect(metadata.tags.join(' ')).toMatch(/smoke|game-day/);
  });

  it('walks through every scenario with the healer and without it', () => {
    expect(readFileSync(join(ROOT, 'scripts/enter.mjs'), 'utf8')).toContain(
      `'game-day': ['src/cli/main.mjs', 'start', '--healer', 'compare', 'scenarios']`,
    );
  });
});

/** What a healer has to cope with; some of it is tried in every change, all of it every night. */
const HEALING = [
  'crashing-template-is-rolled-back',
  'memory-loop-is-replaced',
  'bad-template-is-rolled-back',
  'stuck-termination-is-only-told',
  'failed-leftover-is-removed',
  'bad-upgrade-is-rolled-back',
  'killed-upgrade-is-unlocked',
  'slow-upgrade-is-left-alone',
  'disruption-budget-is-respected',
  'breaker-refuses-when-most-are-sick',
  'flapping-pod-is-given-up',
  'rollout-is-waited-for',
  'paused-namespace-is-left-alone',
];

describe('the smoke tests', () => {
  it('hold at least four of the cases that a healer is there for, and that it must leave alone', () => {
    const smoke = scenarios.filter(({ metadata }) => metadata.tags.includes('smoke'));
    const covered = smoke.filter(({ metadata }) => HEALING.includes(metadata.name));
    expect(covered.length).toBeGreaterThanOrEqual(4);
    expect(scenarios.map(({ metadata }) => metadata.name)).toEqual(expect.arrayContaining(HEALING));
  });
});
