import { describe, expect, it } from 'vitest';
import { type DisruptionBudget, disruptionSentence, evictionsAllowed } from './disruption.ts';

const budget = (over: Partial<DisruptionBudget>): DisruptionBudget => ({
  namespace: 'shop',
  name: 'back',
  minAvailable: null,
  maxUnavailable: null,
  expected: 3,
  healthy: 3,
  ...over,
});

describe('a disruption budget', () => {
  it.each<[Partial<DisruptionBudget>, number]>([
    [{ maxUnavailable: 1 }, 1],
    [{ maxUnavailable: 1, healthy: 2 }, 0],
    [{ maxUnavailable: 0 }, 0],
    [{ maxUnavailable: '50%' }, 2],
    [{ minAvailable: 2 }, 1],
    [{ minAvailable: '50%' }, 1],
    [{ minAvailable: '100%' }, 0],
    [{ minAvailable: 5 }, 0],
    [{}, 1],
    [{ maxUnavailable: 5, healthy: 1 }, 1],
  ])('%j allows %i evictions', (over, allowed) => {
    expect(evictionsAllowed(budget(over))).toBe(allowed);
  });

  it('says what it does to evictions', () => {
    expect(disruptionSentence(budget({ maxUnavailable: 1 }), 1)).toMatch(/lets 1 pod of its 3 be evicted/);
    expect(disruptionSentence(budget({ maxUnavailable: 0 }), 1)).toMatch(/lets none be evicted: a healer/);
  });
});
