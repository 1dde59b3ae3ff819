import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { bundle } from './bundle.ts';

const HEALER = join(import.meta.dirname, '../../healer/src/main.ts');

describe('a bundled program', () => {
  let code = '';
  beforeAll(async () => {
    code = await bundle(HEALER);
  });

  // Its text stays in memory, and at two bytes a character if one of them is in no Latin-1.
  it('is plain ASCII without comments', () => {
    const strange = [...code.matchAll(/[^\0-\x7f]+/g)].map(([text]) => text);
    expect(strange).toEqual([]);
    expect(code.length).toBeLessThan(5_500_000);
  });

  it('keeps the names that stack traces show', () => {
    expect(/\bHealer=class\b/.test(code)).toBe(true);
    expect(/\bfunction readConfig\(/.test(code)).toBe(true);
  });
});
