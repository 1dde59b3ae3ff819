import { rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import AllureVitestReporter from 'allure-vitest/reporter';
import { startVitest } from 'vitest/node';
import { resultListener } from '../adapters/allure/results.ts';
import { InternalError } from '../errors.ts';
import { ChannelClient } from './channel/channel-client.ts';
import { SUITE_VARIABLE } from './channel/protocol.ts';
import { CLEAN_UP_MS } from './deadline.ts';
import { givenOrder } from './given-order.ts';
import { problemReporter } from './problem-reporter.ts';
import { scenarioPlugin } from './scenario-plugin.ts';
import { allureResultsDirOf, fileOf, PRIVATE_PREFIX, readSuiteFile } from './suite-file.ts';

/** The process of a suite: Vitest over its scenario files, one after the other, in one worker. */
async function main(): Promise<void> {
  const suite = readSuiteFile();
  if (suite?.socketPath == null) throw new InternalError('this process is started by healproof alone');
  await using channel = await ChannelClient.connect(suite.socketPath);
  const files = [...new Set(suite.scenarios.map((scenario) => fileOf(scenario, suite.root)))];
  const resultsDir = allureResultsDirOf(suite.outputDir);
  const vitest = await startVitest(
    [],
    {
      config: false,
      watch: false,
      root: suite.root,
      include: files.map(escapeGlob),
      exclude: [],
      pool: 'forks',
      maxWorkers: 1,
      fileParallelism: false,
      isolate: false,
      fsModuleCache: false,
      retry: 0,
      sequence: { concurrent: false, shuffle: false, sequencer: givenOrder(files) },
      hookTimeout: CLEAN_UP_MS,
      teardownTimeout: 5_000,
      reporters: [
        problemReporter((message) => channel.send({ type: 'problem', message })),
        new AllureVitestReporter({ resultsDir, reportMatchers: false, listeners: [resultListener(resultsDir)] }),
      ],
    },
    { plugins: [scenarioPlugin()], clearScreen: false, cacheDir: join(dirname(suite.socketPath), 'cache') },
  );
  await vitest.close();
}

/** Whoever started this suite may be gone by now; then nobody else removes its folder. */
async function forgetSuite(): Promise<void> {
  const folder = privateFolder();
  if (folder !== null) await rm(folder, { recursive: true, force: true });
}

/** The folder that was made for this suite alone. */
function privateFolder(): string | null {
  const path = process.env[SUITE_VARIABLE];
  if (path === undefined || !basename(dirname(path)).startsWith(PRIVATE_PREFIX)) return null;
  return dirname(path);
}

/** A file name is a name, whatever characters it has. */
function escapeGlob(path: string): string {
  return path.replace(/[\\*?[\]{}()!@+]/g, '\\$&');
}

try {
  await main();
} finally {
  await forgetSuite();
}
// The outcome of the scenarios is in their records; what this exit code says is that Vitest came to its end.
process.exit(0);
