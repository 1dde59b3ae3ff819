import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ifAbsent, isAbsent } from './absent.ts';

const failure = (code: string): Error => Object.assign(new Error(code), { code });

describe('what is not there', () => {
  it.each([
    ['a file that is not there', join(import.meta.dirname, 'no-such-file')],
    ['a process that is not there', '/proc/4194305/stat'],
  ])('is %s', async (_what, path) => {
    expect(await readFile(path, 'utf8').catch(ifAbsent(null))).toBeNull();
  });

  it('is nothing else: every other error goes on', async () => {
    const below = readFile(join(import.meta.filename, 'below'));
    await expect(below.catch(ifAbsent(null))).rejects.toMatchObject({ code: 'ENOTDIR' });
    await expect(readFile(import.meta.dirname).catch(ifAbsent(null))).rejects.toMatchObject({ code: 'EISDIR' });
    expect(() => ifAbsent(null)(failure('EACCES'))).toThrow('EACCES');
    expect(isAbsent('ENOENT')).toBe(false);
  });

  it('may be a file below a file, or what nobody may see, where that is the same', async () => {
    expect(await readFile(join(import.meta.filename, 'below')).catch(ifAbsent(null, 'ENOTDIR'))).toBeNull();
    expect(ifAbsent('', 'EACCES')(failure('EACCES'))).toBe('');
  });
});
