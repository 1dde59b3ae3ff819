import { describe, expect, it } from 'vitest';
import { policyObject, SPEC } from '../../test/fakes/samples.ts';
import type { PolicyObject } from '../policy/parse.ts';
import { PolicyStore } from './policy-store.ts';

function store(): { policies: PolicyStore; said: string[] } {
  const said: string[] = [];
  const policies = new PolicyStore('healproof-system', {
    onLoaded: ({ name, generation }) => void said.push(`${name} ${generation} loaded`),
    onRefused: ({ name }, sentence) => void said.push(`${name}: ${sentence}`),
    onGone: (name) => void said.push(`${name} gone`),
  });
  return { policies, said };
}

function version(generation: number, spec: object = SPEC, uid = 'u'): PolicyObject {
  return { ...policyObject(spec), metadata: { namespace: 'shop', name: 'shop-back', uid, generation } };
}

describe('the policies in force', () => {
  it('are what the newest version says, and a change of the status alone is none', () => {
    const { policies, said } = store();
    policies.offer('HealingPolicy', version(1));
    policies.offer('HealingPolicy', version(1));
    policies.offer('HealingPolicy', version(2, { ...SPEC, mode: 'observe' }));
    expect(policies.policies).toMatchObject([{ name: 'shop/shop-back', mode: 'observe' }]);
    expect(said).toEqual(['shop/shop-back 1 loaded', 'shop/shop-back 2 loaded']);
  });

  it('do not hold what a newer version got wrong: nobody would see it in the cluster', () => {
    const { policies, said } = store();
    policies.offer('HealingPolicy', version(1));
    policies.offer('HealingPolicy', version(2, {}));
    expect(policies.policies).toEqual([]);
    expect(policies.entries()).toHaveLength(1);
    expect(said[1]).toMatch(/^shop\/shop-back: policy shop\/shop-back is not in force: spec/);
  });

  it('do not suffer from a wrong one beside them', () => {
    const { policies } = store();
    policies.offer('HealingPolicy', version(1));
    policies.offer('ClusterHealingPolicy', { metadata: { name: 'wrong', uid: 'w', generation: 1 }, spec: {} });
    expect(policies.policies.map(({ name }) => name)).toEqual(['shop/shop-back']);
  });

  it('end with their object, and begin again with another of the same name', () => {
    const { policies, said } = store();
    policies.offer('HealingPolicy', version(1));
    policies.withdraw('shop/shop-back');
    policies.withdraw('shop/shop-back');
    expect(policies.policies).toEqual([]);
    policies.offer('HealingPolicy', version(1, SPEC, 'another'));
    expect(policies.policies).toHaveLength(1);
    expect(said).toEqual(['shop/shop-back 1 loaded', 'shop/shop-back gone', 'shop/shop-back 1 loaded']);
  });
});
