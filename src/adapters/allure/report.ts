import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InternalError } from '../../errors.ts';
import { type Run, run as runProgram } from '../process/command.ts';
import { type ReportPlaces, reportConfig } from './report-config.ts';

const CLI = join(dirname(fileURLToPath(import.meta.resolve('allure'))), '..', 'cli.js');
const TIMEOUT_MS = 180_000;

/**
 * Makes one HTML file of the results in `<outputDir>/allure-results` that can be opened or sent as it is, and adds them to
 * the history beside it. Returns the file's path. @throws CommandError when Allure fails.
 */
export async function generateReport(outputDir: string, run: Run = runProgram): Promise<string> {
  const places: ReportPlaces = {
    outputDir,
    htmlDir: join(outputDir, 'html'),
    historyFile: join(outputDir, 'history.jsonl'),
  };
  const resultsDir = join(outputDir, 'allure-results');
  const configFile = join(outputDir, 'allurerc.json');
  const config = reportConfig(places, await measurementsIn(resultsDir));
  await writeFile(configFile, `${JSON.stringify(config, null, 2)}\n`);
  await rm(places.htmlDir, { recursive: true, force: true });
  const args = [CLI, 'generate', '--config', configFile, resultsDir];
  await run(process.execPath, args, { cwd: outputDir, timeoutMs: TIMEOUT_MS });
  const html = join(places.htmlDir, 'index.html');
  await writeFile(html, withoutAnalytics(await readFile(html, 'utf8')));
  return html;
}

const ANALYTICS = /<script async src="https:\/\/www\.googletagmanager[^>]*><\/script>\s*<script>[\s\S]*?<\/script>/g;

/** Allure's page reports its readers to a third party, with no way to ask it not to; a report of ours does not. */
function withoutAnalytics(html: string): string {
  const clean = html.replace(ANALYTICS, '');
  if (clean.includes('googletagmanager')) throw new InternalError('the report still loads a tracker');
  return clean;
}

/** Keys of the measurements among the results, with the words shown for them. */
async function measurementsIn(resultsDir: string): Promise<Map<string, string>> {
  const metrics = new Map<string, string>();
  for (const file of await readdir(resultsDir)) {
    if (!file.endsWith('-perf.json')) continue;
    const measured = JSON.parse(await readFile(join(resultsDir, file), 'utf8')) as readonly { readonly key: string }[];
    for (const { key } of measured) metrics.set(key, key.replace(/\.recovery$/, ''));
  }
  return metrics;
}
