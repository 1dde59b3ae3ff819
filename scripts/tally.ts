import { z } from 'zod';

/** What happened to a group of tests. Skipped ones carry their reason, failed ones their name. */
export interface Tally {
  readonly passed: number;
  readonly failed: readonly string[];
  readonly skipped: readonly string[];
}

const vitestResults = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      assertionResults: z.array(
        z.object({
          status: z.string(),
          fullName: z.string(),
          meta: z.object({ note: z.string().optional() }).optional(),
        }),
      ),
    }),
  ),
});

/** Counts the tests of a Vitest project. No results, unreadable ones, none at all or an unexplained exit code is a failure. */
export function tallyVitest(project: string, text: string | null, exitCode: number): Tally {
  if (text === null) return lost(`${project}: left no results`);
  const parsed = vitestResults.safeParse(parseJson(text));
  if (!parsed.success) return lost(`${project}: left results that cannot be read`);
  const files = parsed.data.testResults;
  const tests = files.flatMap((file) => file.assertionResults);
  // A file that cannot even be loaded has no test that could fail.
  const unloaded = files.filter(({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0);
  const skipped = tests.filter(({ status }) => status !== 'passed' && status !== 'failed');
  const tally = {
    passed: tests.filter(({ status }) => status === 'passed').length,
    failed: [
      ...tests.filter(({ status }) => status === 'failed').map(({ fullName }) => `${project}: ${fullName}`),
      ...unloaded.map(({ name }) => `${project}: ${name} cannot be loaded`),
    ],
    skipped: skipped.map(({ fullName, meta }) => `${project}: ${fullName}${meta?.note ? `: ${meta.note}` : ''}`),
  };
  return explained(tests.length === 0 ? plus(tally, lost(`${project}: no test ran`)) : tally, project, exitCode);
}

const runRecord = z.object({
  skippedBecause: z.string().nullable(),
  exitCode: z.number(),
  evidence: z.object({ scenario: z.object({ name: z.string() }) }),
});

/** Counts scenarios by their records; `texts` are the `run.json` files. */
export function tallyRuns(texts: readonly string[], exitCode: number): Tally {
  const tallies = texts.map((text): Tally => {
    const parsed = runRecord.safeParse(parseJson(text));
    if (!parsed.success) return lost('scenario: a record cannot be read');
    const { skippedBecause, exitCode: code, evidence } = parsed.data;
    const name = `scenario: ${evidence.scenario.name}`;
    if (skippedBecause !== null) return { ...NOTHING, skipped: [`${name}: ${skippedBecause}`] };
    return code === 0 ? { ...NOTHING, passed: 1 } : lost(`${name} (exit code ${code})`);
  });
  const none = texts.length === 0 ? [lost('scenario: none left a record')] : [];
  return explained(plus(...tallies, ...none), 'scenario', exitCode);
}

const NOTHING: Tally = { passed: 0, failed: [], skipped: [] };

export function lost(name: string): Tally {
  return { ...NOTHING, failed: [name] };
}

export function passedOne(): Tally {
  return { ...NOTHING, passed: 1 };
}

/** A bad exit code that no failed test explains is a failure of its own. */
function explained(tally: Tally, what: string, exitCode: number): Tally {
  if (exitCode === 0 || tally.failed.length > 0) return tally;
  return plus(tally, lost(`${what}: ended with exit code ${exitCode} for a reason that no test tells`));
}

export function plus(...tallies: readonly Tally[]): Tally {
  return {
    passed: tallies.reduce((sum, { passed }) => sum + passed, 0),
    failed: tallies.flatMap(({ failed }) => failed),
    skipped: tallies.flatMap(({ skipped }) => skipped),
  };
}

/** Why things were skipped, what failed, and last one line with the numbers. */
export function summary({ passed, failed, skipped }: Tally): string {
  return [
    ...skipped.map((reason) => `skipped  ${reason}`),
    ...failed.map((name) => `failed   ${name}`),
    `${passed} passed, ${failed.length} failed, ${skipped.length} skipped`,
  ].join('\n');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error: unknown) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
