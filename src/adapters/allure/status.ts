import type { Status } from 'allure-js-commons';

/** How healproof's outcomes read in Allure: what could not be found out is broken, not failed. */
const STATUSES = {
  pass: 'passed',
  fail: 'failed',
  inconclusive: 'broken',
  leak: 'broken',
  skipped: 'skipped',
} as const satisfies Record<string, `${Status}`>;

export type AllureOutcome = keyof typeof STATUSES;

export function allureStatus(outcome: AllureOutcome): Status {
  return STATUSES[outcome] as Status;
}

/** Label under which a test of Vitest's carries the outcome to its reporter. */
export const OUTCOME_LABEL = 'healproof.outcome';
