import { describe, expect, it } from 'vitest';
import { NOW_MS, policyObject, SPEC } from '../../test/fakes/samples.ts';
import { parsePolicy } from '../policy/parse.ts';
import { describeStatus, type PolicyFacts, tellsMore } from './describe-status.ts';
import type { PolicyEntry } from './policy-store.ts';

const facts: PolicyFacts = { selectedPods: 3, podsAround: 9, allowedNamespaces: ['shop'], missing: undefined };

function entry(spec: object = SPEC): PolicyEntry {
  const parsed = parsePolicy('HealingPolicy', policyObject(spec), 'healproof-system');
  const name = 'shop-back';
  return { kind: 'HealingPolicy', namespace: 'shop', objectName: name, name, uid: 'u', generation: 2, parsed };
}

describe('the status of a policy', () => {
  it.each<[string, object, Partial<PolicyFacts>, [string, string][]]>([
    [
      'in order',
      SPEC,
      {},
      [
        ['True', 'InForce'],
        ['True', 'SelectsSome'],
        ['True', 'DataComplete'],
      ],
    ],
    [
      'that is wrong',
      {},
      {},
      [
        ['False', 'Invalid'],
        ['Unknown', 'NotInForce'],
        ['Unknown', 'NotInForce'],
      ],
    ],
    [
      'where the healer may not act',
      SPEC,
      { allowedNamespaces: [] },
      [
        ['False', 'NamespaceNotAllowed'],
        ['True', 'SelectsSome'],
        ['True', 'DataComplete'],
      ],
    ],
    [
      'that selects nothing',
      SPEC,
      { selectedPods: 0 },
      [
        ['True', 'InForce'],
        ['False', 'SelectsNothing'],
        ['True', 'DataComplete'],
      ],
    ],
    [
      'that selects everything',
      SPEC,
      { selectedPods: 9 },
      [
        ['True', 'InForce'],
        ['True', 'SelectsEverything'],
        ['True', 'DataComplete'],
      ],
    ],
    [
      'without data',
      SPEC,
      { missing: 'SLOViolation: no answer' },
      [
        ['True', 'InForce'],
        ['True', 'SelectsSome'],
        ['False', 'DataMissing'],
      ],
    ],
  ])('%s', (_title, spec, changes, expected) => {
    const { conditions = [] } = describeStatus(entry(spec), { ...facts, ...changes }, undefined, NOW_MS);
    expect(conditions.map(({ status, reason }) => [status, reason])).toEqual(expected);
    for (const { message } of conditions) expect(message).toMatch(/\w/);
  });

  it('keeps the time at which something changed, and tells what is new', () => {
    const before = describeStatus(entry(), facts, undefined, NOW_MS);
    const after = describeStatus(entry(), { ...facts, missing: 'gone' }, before, NOW_MS + 5_000);
    const times = after.conditions?.map(({ lastTransitionTime }) => Date.parse(lastTransitionTime));
    expect(times).toEqual([NOW_MS, NOW_MS, NOW_MS + 5_000]);
    expect([tellsMore(before, after), tellsMore(before, before), tellsMore(undefined, before)]).toEqual([
      true,
      false,
      true,
    ]);
    expect(tellsMore(before, describeStatus(entry(), { ...facts, selectedPods: 4 }, before, NOW_MS))).toBe(false);
  });
});
