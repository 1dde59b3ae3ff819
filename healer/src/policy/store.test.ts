import { describe, expect, it } from 'vitest';
import { POLICY_TEXT } from '../testing/samples.ts';
import { PolicyStore } from './store.ts';

function store(): { policies: PolicyStore; said: string[] } {
  const said: string[] = [];
  const policies = new PolicyStore('healproof-system', {
    onLoaded: (loaded, source) => said.push(`${source}: loaded ${loaded.length}`),
    onRefused: (sentence, source) => said.push(`${source}: ${sentence}`),
  });
  return { policies, said };
}

describe('the policies in force', () => {
  it('are none before a good text was seen', () => {
    const { policies, said } = store();
    policies.offer('nonsense', '1');
    expect(policies.loaded).toBe(false);
    expect(said[0]).toMatch(/^1: policies refused, no policy is in force: /);
  });

  it('stay when a bad text comes after a good one', () => {
    const { policies, said } = store();
    policies.offer(POLICY_TEXT, '1');
    policies.offer('policies: [{}]', '2');
    expect(policies.policies.map(({ name }) => name)).toEqual(['shop-back']);
    expect(said).toEqual([
      '1: loaded 1',
      expect.stringContaining('2: policies refused, the policies loaded before stay'),
    ]);
  });

  it('are replaced by the next good text, and the same text is read once', () => {
    const { policies, said } = store();
    policies.offer(POLICY_TEXT, '1');
    policies.offer(POLICY_TEXT, '2');
    policies.offer('policies: []', '3');
    expect(policies.policies).toEqual([]);
    expect(said).toEqual(['1: loaded 1', '3: loaded 0']);
  });

  it('are none after they were withdrawn, until the same text comes back', () => {
    const { policies } = store();
    policies.offer(POLICY_TEXT, '1');
    policies.withdraw('2');
    expect(policies.loaded).toBe(false);
    expect(policies.policies).toEqual([]);
    policies.offer(POLICY_TEXT, '3');
    expect(policies.policies).toHaveLength(1);
  });
});
