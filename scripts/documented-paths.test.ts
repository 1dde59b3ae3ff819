import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { deadPaths, pathsIn } from './documented-paths.ts';

const ROOT = join(import.meta.dirname, '..');
/** Pages of `docs/adr` tell of the code as it was when they were written. */
const documents = globSync(['*.md', 'docs/*.md', '{bench,healer,lab/receiver,reports}/README.md'], { cwd: ROOT });

describe('paths in documents', () => {
  it('are what links lead to and what inline code names, but not addresses, commands and examples in blocks', () => {
    const text = [
      'See [one](docs/one.md#part), [two](https://example.org) and [three](#three): `src/cli/main.mjs`,',
      '`node scripts/test.ts --fast`, `npm test`, `and/or`.',
      '```console\n$ cat `scenarios/mine.yaml`\n```',
    ].join('\n');
    expect(pathsIn(text)).toEqual({ links: ['docs/one.md'], code: ['src/cli/main.mjs', 'scripts/test.ts'] });
  });

  it('are dead when nothing is there, whatever they leave open', () => {
    const text =
      '`src/<room>/main.mjs` `src/{cli,suite}/` `src/gone/*.ts` `lab/deploy/` [x](../README.md) [y](gone.md)';
    expect(deadPaths(ROOT, 'docs/any.md', text)).toEqual(['gone.md', 'src/gone/*.ts']);
  });

  it.each(documents)('%s names only what is there', (document) => {
    expect(deadPaths(ROOT, document, readFileSync(join(ROOT, document), 'utf8'))).toEqual([]);
  });
});
