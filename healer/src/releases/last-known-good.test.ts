import { describe, expect, it } from 'vitest';
import { LastKnownGood } from './last-known-good.ts';

function store(): { lastKnownGood: LastKnownGood; stored: Record<string, string> } {
  const stored: Record<string, string> = {};
  const lastKnownGood = new LastKnownGood(
    {
      patchConfigMap: async (_namespace, _name, data) => {
        Object.assign(stored, data);
      },
    },
    'healproof-system',
  );
  return { lastKnownGood, stored };
}

describe('content that is known to be good', () => {
  it('is known of its own subject alone', async () => {
    const { lastKnownGood } = store();
    await lastKnownGood.markGood('Release/shop/a', 'one');
    expect(lastKnownGood.isKnownGood('Release/shop/a', 'one')).toBe(true);
    expect(lastKnownGood.isKnownGood('Release/shop/a', 'two')).toBe(false);
    expect(lastKnownGood.isKnownGood('Release/shop/b', 'one')).toBe(false);
  });

  it('is read by another replica as it was written', async () => {
    const { lastKnownGood, stored } = store();
    await lastKnownGood.markGood('Release/shop/a', 'one');
    await lastKnownGood.markGood('Release/shop/a', 'two');
    expect(stored).toEqual({ 'Release.shop.a': 'one,two' });
    const other = store().lastKnownGood;
    other.load(stored);
    expect(other.isKnownGood('Release/shop/a', 'one')).toBe(true);
  });

  it('does not believe in what it could not store', async () => {
    const lastKnownGood = new LastKnownGood(
      { patchConfigMap: () => Promise.reject(new Error('no')) },
      'healproof-system',
    );
    await expect(lastKnownGood.markGood('Release/shop/a', 'one')).rejects.toThrow('no');
    expect(lastKnownGood.isKnownGood('Release/shop/a', 'one')).toBe(false);
  });

  it('writes what it knows already no second time', async () => {
    let writes = 0;
    const patchConfigMap = async (): Promise<void> => {
      writes += 1;
    };
    const lastKnownGood = new LastKnownGood({ patchConfigMap }, 'healproof-system');
    await lastKnownGood.markGood('a', 'one');
    await lastKnownGood.markGood('a', 'one');
    expect(writes).toBe(1);
  });

  it('stays small, and forgets the oldest first', async () => {
    const { lastKnownGood, stored } = store();
    for (let content = 0; content < 20; content += 1) await lastKnownGood.markGood('a', `content-${content}`);
    expect(stored.a?.split(',')).toHaveLength(12);
    expect(lastKnownGood.isKnownGood('a', 'content-19')).toBe(true);
    expect(lastKnownGood.isKnownGood('a', 'content-0')).toBe(false);
  });

  it('keeps apart what the API server would call by one name, cut to its length', async () => {
    const { lastKnownGood, stored } = store();
    const long = 'n'.repeat(250);
    await lastKnownGood.markGood(`Deployment/shop/${long}a`, 'one');
    expect(lastKnownGood.isKnownGood(`Deployment/shop/${long}b`, 'one')).toBe(false);
    expect(Object.keys(stored)[0]?.length).toBeLessThanOrEqual(253);
  });
});
