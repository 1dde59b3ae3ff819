import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ifAbsent, isAbsent } from './absent.ts';

const failure = (code: string): Error => Object.assign(new Error(code), { code });

describe('what is not there', () => {
  it.each([
    ['a file that is not there', join(import.meta.dirname, 'no-such-file')],
    ['a file below a file', join(import.meta.filename, 'below')],
    ['a process that is not there', '/proc/4194305/stat'],
  ])('is %s', async (_what, path) => {
    expect(await readFile(path, 'utf8').catch(ifAbsent(null))).toBeNull();
  });

  it('is nothing else: every other error goes on', async () => {
    await expect(readFile(import.meta.dirname).catch(ifAbsent(null))).rejects.toMatchObject({ code: 'EISDIR' });
    expect(() => ifAbsent(null)(failure('EACCES'))).toThrow('EACCES');
    expect(isAbsent('ENOENT')).toBe(false);
  });

  it('may be what nobody may see, where that is the same', () => {
    expect(ifAbsent('', 'EACCES')(failure('EACCES'))).toBe('');
  });
});
