import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const pathOf = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const MODULES = pathOf('../../node_modules');

let root: string;
beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'healproof-own-project-')));
  await symlink(MODULES, join(root, 'node_modules'));
});
afterEach(() => rm(root, { recursive: true }));

const config = `
import { scenarioPlugin } from ${JSON.stringify(pathOf('../../src/suite/scenario-plugin.ts'))};
export default {
  cacheDir: '.cache',
  plugins: [scenarioPlugin({ runtimeModule: ${JSON.stringify(pathOf('../fixtures/fake-runtime.ts'))} })],
  test: { include: ['scenarios-*.yaml', '*.yaml'], fsModuleCache: false, reporters: ['tap-flat', ['allure-vitest/reporter', { resultsDir: 'allure' }]] },
};
`;

async function runVitest(...names: readonly string[]): Promise<string> {
  await writeFile(join(root, 'vitest.config.ts'), config);
  for (const name of names) await writeFile(join(root, `${name}.yaml`), 'apiVersion: healproof.dev/v1alpha1\n');
  const env = Object.entries(process.env).filter(([name]) => !name.startsWith('VITEST'));
  const child = spawn(process.execPath, [join(MODULES, 'vitest', 'vitest.mjs'), 'run'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...Object.fromEntries(env), NO_COLOR: '1' },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += String(chunk)));
  await once(child, 'close');
  return said;
}

describe("a user's own Vitest project", () => {
  it('runs scenario files as tests, with progress on the console and evidence beside the project', async () => {
    const said = await runVitest('passes', 'fails', 'is-skipped');
    expect(said).toMatch(/^ok \d - .*It passes/m);
    expect(said).toMatch(/^not ok \d - .*It fails/m);
    expect(said).toMatch(/^ok \d - .*It is-skipped.* # SKIP/m);
    expect(said).toContain('PASS  Recovered by the healer');
    expect(await readdir(join(root, 'reports', 'runs'))).toHaveLength(4);
  });

  it("tells Allure's own reporter for Vitest the steps with their times, the files and the trend", async () => {
    await runVitest('passes');
    const folder = join(root, 'allure');
    const [file = ''] = (await readdir(folder)).filter((name) => name.endsWith('-result.json'));
    const result = JSON.parse(await readFile(join(folder, file), 'utf8'));
    expect(result).toMatchObject({ name: 'It passes', status: 'passed', historyId: expect.stringMatching(/^\w{32}$/) });
    const observe = result.steps.find(({ name }: { name: string }) => name === 'observe');
    expect(observe.stop - observe.start).toBe(39_800);
    expect(result.attachments.map(({ name }: { name: string }) => name)).toEqual(
      expect.arrayContaining(['Timeline', 'Probes', 'run.json']),
    );
    expect(result.labels).toContainEqual({ name: 'framework', value: 'vitest' });
  });

  it('reports every problem of an invalid file at its place', async () => {
    expect(await runVitest('invalid')).toContain('invalid.yaml:3:11 spec.recovery.within: expected a duration, got 12');
  });
});
