import type { WriteIssues } from './validate-report.ts';

/** Every format that `validate` prints. A new one is a function, and an entry here. */
export const ISSUE_FORMATS: ReadonlyMap<string, () => Promise<WriteIssues>> = new Map([
  ['text', async (): Promise<WriteIssues> => (await import('./validate-report.ts')).validateText],
  ['json', async () => (await import('./validate-report.ts')).validateJson],
  ['sarif', async () => (await import('./validate-report.ts')).validateSarif],
]);
