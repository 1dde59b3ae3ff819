import type { Issue } from '../../errors.ts';
import type { Draft } from '../read/resolve.ts';

const ACTIONS = ['spec', 'recovery', 'actions'] as const;

/** Expectations that contradict who is said to heal, or one another. */
export function actionIssues({ source, scenario }: Draft): Issue[] {
  const { by, expectActions, forbidActions } = scenario.recovery;
  const issues: Issue[] = [];
  if (by !== 'none' && scenario.fault.type === 'none') {
    const message = `without a fault there is nothing to heal: expected none, got ${by}`;
    issues.push(source.issue(['spec', 'recovery', 'by'], message));
  }
  // Messages heal nobody.
  if (by !== 'healer' && expectActions.some(({ type }) => type !== 'Notify')) {
    issues.push(
      source.issueAtKey([...ACTIONS, 'expect'], `the healer is expected to act, but the recovery is by: ${by}`),
    );
  }
  const forbidden = new Set(forbidActions.map(({ type }) => type));
  expectActions.forEach(({ type }, index) => {
    if (forbidden.has(type))
      issues.push(source.issue([...ACTIONS, 'expect', index, 'type'], `${type} is forbidden too`));
  });
  return issues;
}
