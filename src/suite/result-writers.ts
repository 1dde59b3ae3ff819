import { allureWriter } from '../adapters/allure/allure-writer.ts';
import { repetitionsWriter } from '../adapters/evidence/repetitions-writer.ts';
import { workflowWriter } from '../adapters/github/workflow-writer.ts';
import { junitWriter } from '../adapters/junit/junit-writer.ts';
import type { ResultWriter } from '../ports/result-writer.ts';

/**
 * Every format in which a suite tells its results. A new one is a file that exports a writer, and an entry here. A writer
 * loads a large library no earlier than it has something to write: every run would begin later by as much.
 */
export const RESULT_WRITERS: readonly ResultWriter[] = [
  allureWriter,
  junitWriter,
  repetitionsWriter,
  workflowWriter(process.env),
];
