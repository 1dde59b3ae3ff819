import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contentKey } from '../content-key.ts';
import { computeKeys, hashFiles, type PartFacts } from './keys.ts';

function facts(id: string, needs: readonly string[] = [], inputs: Record<string, unknown> = {}, hash = 'h'): PartFacts {
  const build = async (): Promise<void> => undefined;
  const part = { id, title: id, needs, inputs: { recipe: 1, ...inputs }, files: [], expectedSeconds: 1, build };
  return { part, filesHash: hash };
}

const keyOf = (list: readonly PartFacts[], id: string, platform = 'linux-amd64') => computeKeys(list, platform).get(id);

describe('contentKey', () => {
  it('does not depend on the order in which an object was written', () => {
    expect(contentKey({ a: 1, b: { c: 2, d: 3 } })).toBe(contentKey({ b: { d: 3, c: 2 }, a: 1 }));
  });

  it('depends on the order of a list, and on every value', () => {
    const keys = [contentKey(['a', 'b']), contentKey(['b', 'a']), contentKey(['a', 'c']), contentKey(['a'])];
    expect(new Set(keys).size).toBe(4);
  });
});

describe('computeKeys', () => {
  const base = facts('base');
  const top = facts('top', ['base']);

  it('gives the same key for the same content', () => {
    expect(keyOf([base, top], 'top')).toBe(keyOf([facts('base'), facts('top', ['base'])], 'top'));
  });

  it.each<[string, PartFacts[]]>([
    ['an input', [base, facts('top', ['base'], { version: 2 })]],
    ['a file', [base, facts('top', ['base'], {}, 'other')]],
    ['an input of what it needs', [facts('base', [], { version: 2 }), top]],
    ['a file of what it needs', [facts('base', [], {}, 'other'), top]],
    ['what it needs', [base, facts('top')]],
  ])('gives another key when %s changes', (_what, changed) => {
    expect(keyOf(changed, 'top')).not.toBe(keyOf([base, top], 'top'));
  });

  it('gives another key on another type of machine', () => {
    expect(keyOf([base], 'base', 'linux-arm64')).not.toBe(keyOf([base], 'base'));
  });

  it('leaves parts alone that do not need what changed', () => {
    const changed = [facts('base', [], { version: 2 }), facts('other')];
    expect(keyOf(changed, 'other')).toBe(keyOf([base, facts('other')], 'other'));
  });

  it('refuses an order that cannot be followed, and two parts of one name', () => {
    expect(() => computeKeys([top, base], 'x')).toThrow('needs base');
    expect(() => computeKeys([base, base], 'x')).toThrow('two parts');
  });
});

describe('hashFiles', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'healproof-keys-'));
    for (const side of ['a', 'b']) {
      await mkdir(join(folder, side, 'deep'), { recursive: true });
      await writeFile(join(folder, side, 'deep', 'file'), 'text');
    }
  });
  afterEach(() => rm(folder, { recursive: true }));

  const both = () => Promise.all(['a', 'b'].map((side) => hashFiles([join(folder, side)])));

  it('does not count where the files lie', async () => {
    const [a, b] = await both();
    expect(a).toBe(b);
  });

  it.each<[string, (b: string) => Promise<void>]>([
    ['content', (b) => writeFile(join(b, 'deep', 'file'), 'texts')],
    ['a further file', (b) => writeFile(join(b, 'more'), '')],
    ['the right to run it', (b) => chmod(join(b, 'deep', 'file'), 0o755)],
  ])('counts %s', async (_what, change) => {
    await change(join(folder, 'b'));
    const [a, b] = await both();
    expect(a).not.toBe(b);
  });
});
