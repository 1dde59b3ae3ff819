import type { Reporter, TestCase, TestModule } from 'vitest/node';
import { UndecidedError } from './test-outcome.ts';

interface Thrown {
  readonly name?: string | undefined;
  readonly message: string;
}

/** Errors by which a scenario's test tells its verdict; every other error is trouble of ours. */
const VERDICTS: ReadonlySet<string | undefined> = new Set(['AssertionError', new UndecidedError().name]);

/** Says nothing itself; hands over what went wrong that no run record can tell. */
export function problemReporter(onProblem: (message: string) => void): Reporter {
  return {
    onTestCaseResult(testCase: TestCase): void {
      for (const error of testCase.result().errors ?? []) {
        if (!VERDICTS.has(error.name)) onProblem(`${testCase.name}: ${wordsOf(error)}`);
      }
    },
    onTestRunEnd(modules: readonly TestModule[], unhandled: readonly Thrown[]): void {
      for (const module of modules) {
        for (const error of module.errors()) onProblem(`${module.moduleId}: ${wordsOf(error)}`);
      }
      for (const error of unhandled) onProblem(wordsOf(error));
    },
  };
}

function wordsOf({ name, message }: Thrown): string {
  return name === undefined || name === 'Error' ? message : `${name}: ${message}`;
}
