import { describe, expect, it } from 'vitest';
import { ProvenBook } from './last-known-good.ts';

function book(): { proven: ProvenBook; stored: Record<string, string> } {
  const stored: Record<string, string> = {};
  const proven = new ProvenBook(async (data) => {
    Object.assign(stored, data);
  });
  return { proven, stored };
}

describe('the book of proven content', () => {
  it('knows what was proven, of that subject alone', async () => {
    const { proven } = book();
    await proven.prove('Release/shop/a', 'one');
    expect(proven.isProven('Release/shop/a', 'one')).toBe(true);
    expect(proven.isProven('Release/shop/a', 'two')).toBe(false);
    expect(proven.isProven('Release/shop/b', 'one')).toBe(false);
  });

  it('is read by another replica as it was written', async () => {
    const { proven, stored } = book();
    await proven.prove('Release/shop/a', 'one');
    await proven.prove('Release/shop/a', 'two');
    expect(stored).toEqual({ 'Release.shop.a': 'one,two' });
    const other = book().proven;
    other.load(stored);
    expect(other.isProven('Release/shop/a', 'one')).toBe(true);
  });

  it('does not believe in what it could not store', async () => {
    const proven = new ProvenBook(() => Promise.reject(new Error('no')));
    await expect(proven.prove('Release/shop/a', 'one')).rejects.toThrow('no');
    expect(proven.isProven('Release/shop/a', 'one')).toBe(false);
  });

  it('writes what it knows already no second time', async () => {
    let writes = 0;
    const proven = new ProvenBook(async () => {
      writes += 1;
    });
    await proven.prove('a', 'one');
    await proven.prove('a', 'one');
    expect(writes).toBe(1);
  });

  it('stays small, and forgets the oldest first', async () => {
    const { proven, stored } = book();
    for (let content = 0; content < 20; content += 1) await proven.prove('a', `content-${content}`);
    expect(stored.a?.split(',')).toHaveLength(12);
    expect(proven.isProven('a', 'content-19')).toBe(true);
    expect(proven.isProven('a', 'content-0')).toBe(false);
  });

  it('keeps apart what the API server would call by one name, cut to its length', async () => {
    const { proven, stored } = book();
    const long = 'n'.repeat(250);
    await proven.prove(`Deployment/shop/${long}a`, 'one');
    expect(proven.isProven(`Deployment/shop/${long}b`, 'one')).toBe(false);
    expect(Object.keys(stored)[0]?.length).toBeLessThanOrEqual(253);
  });
});
