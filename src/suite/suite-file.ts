import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { EarlierRun } from '../adapters/evidence/history.ts';
import type { Scenario } from '../scenario/model/scenario.ts';
import { SUITE_VARIABLE } from './channel/protocol.ts';

/** Everything that the processes of a suite must agree on; written by the one that starts it. */
export interface SuiteFile {
  readonly version: 1;
  /** Project folder; scenario files are relative to it. */
  readonly root: string;
  readonly scenarios: readonly Scenario[];
  /** Folder for `runs/`, `allure-results/` and `junit.xml`. */
  readonly outputDir: string;
  /** Null in a user's own Vitest project: then progress goes to the console and nobody can say stop. */
  readonly socketPath: string | null;
  /** Absolute path of a `SuiteRuntimeModule`. */
  readonly runtimeModule: string;
  readonly runtimeConfig?: unknown;
  /** `compare`: with it, and then once without it. */
  readonly healer: 'on' | 'off' | 'compare';
  /** Null: every run draws its own. */
  readonly seed: number | null;
  readonly keep: boolean;
  /** How often every scenario is run; null: as often as it says itself. */
  readonly repeat: number | null;
  /** Runs before this suite that count for a scenario's claim, by its name. */
  readonly earlier: Readonly<Record<string, readonly EarlierRun[]>>;
}

export const DEFAULT_RUNTIME_MODULE = fileURLToPath(new URL('../compose/compose.ts', import.meta.url));

/** Folders that are made for one suite, for its socket and its secrets, are called so. */
export const PRIVATE_PREFIX = 'healproof-suite-';

/** The suite that this process was started for, if it was started for one. */
export function readSuiteFile(env: NodeJS.ProcessEnv = process.env): SuiteFile | null {
  const path = env[SUITE_VARIABLE];
  return path === undefined ? null : (JSON.parse(readFileSync(path, 'utf8')) as SuiteFile);
}

export function runsDirOf(outputDir: string): string {
  return join(outputDir, 'runs');
}
