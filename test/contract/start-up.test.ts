import { execFile } from 'node:child_process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';

const pathOf = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const TELLER = pathToFileURL(pathOf('../fixtures/tell-packages.ts')).href;

/** The packages that a program loads until it ends. */
function packagesOf(...args: readonly string[]): Promise<string[]> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, ['--import', TELLER, ...args], (error, _stdout, stderr) => {
      const told = /^packages: (.*)$/m.exec(stderr)?.[1];
      if (error !== null || told === undefined) reject(new Error(stderr, { cause: error }));
      else resolve(told.split(' '));
    });
  });
}

const importing = (...modules: readonly string[]): string[] => [
  '--input-type=module',
  '--eval',
  modules.map((module) => `await import(${JSON.stringify(pathToFileURL(pathOf(module)).href)});`).join('\n'),
];

describe('what is loaded before there is any work for it', () => {
  it('is next to nothing for a command line that only says something about itself', async () => {
    expect(await packagesOf(pathOf('../../src/cli/main.mjs'), '--version')).toEqual(['commander', 'picocolors']);
    expect(await packagesOf(pathOf('../../src/cli/main.mjs'), 'run', '--help')).toEqual(['commander', 'picocolors']);
  });

  it.each([
    ['the command of a run', ['../../src/cli/commands/run.ts', '../../src/cli/read-flags.ts']],
    ['the process of a suite, with its cluster', ['../../src/suite/suite-process.ts', '../../src/compose/compose.ts']],
  ])('is no library of tests, of reports, of images or of all of Kubernetes for %s', async (_what, modules) => {
    const packages = await packagesOf(...importing(...modules));
    expect(packages).toContain('yaml');
    const large = ['vitest', 'allure', 'allure-js-commons', 'esbuild', '@kubernetes/client-node', 'undici', 'axios'];
    expect(packages.filter((each) => large.includes(each))).toEqual([]);
  });
});
