import type { HelmRules, ReleaseCondition } from '../policy/helm-conditions.ts';
import { isPending, type ReleaseRevision, releaseKey } from './secrets/release.ts';

export interface ReleaseSituation {
  readonly condition: ReleaseCondition;
  /** Every readable revision, newest first. */
  readonly history: readonly ReleaseRevision[];
  /** Whether content was once seen to be rolled out completely. */
  readonly isKnownGood: (revision: ReleaseRevision) => boolean;
  readonly rules: Pick<HelmRules, 'uninstallPendingInstall' | 'giveUpAfter'>;
}

export type ReleasePlan =
  | { readonly kind: 'rollback'; readonly from: ReleaseRevision; readonly to: ReleaseRevision; readonly reason: string }
  | { readonly kind: 'uninstall'; readonly from: ReleaseRevision; readonly reason: string }
  /** Nothing that the healer may do helps. */
  | { readonly kind: 'leave'; readonly why: 'no-target' | 'managed' | 'gave-up' | 'gone'; readonly reason: string };

/**
 * What to do about a sick release. Everything is read from its history, so that whoever takes over decides the same.
 * Pure.
 */
export function planRelease({ condition, history, isKnownGood, rules }: ReleaseSituation): ReleasePlan {
  const [latest] = history;
  if (latest === undefined) return { kind: 'leave', why: 'gone', reason: 'the release is gone' };
  if (latest.manager !== undefined) {
    return { kind: 'leave', why: 'managed', reason: `${releaseKey(latest)} is kept by ${latest.manager}` };
  }
  const enough = whyEnough(latest, history, rules.giveUpAfter);
  if (enough !== undefined) return { kind: 'leave', why: 'gave-up', reason: enough };
  const to = findTarget(condition, latest, history, isKnownGood);
  if (to !== undefined) {
    return { kind: 'rollback', from: latest, to, reason: `from revision ${latest.revision} to ${to.revision}` };
  }
  if (latest.status === 'pending-install' && rules.uninstallPendingInstall) {
    return { kind: 'uninstall', from: latest, reason: 'its first installation was left half-way' };
  }
  return { kind: 'leave', why: 'no-target', reason: 'no older revision is known to have worked' };
}

/** Two rollbacks never chase each other, and nobody is fought for ever. */
function whyEnough(
  latest: ReleaseRevision,
  history: readonly ReleaseRevision[],
  giveUpAfter: number,
): string | undefined {
  if (latest.rollback && latest.status === 'deployed') {
    return `revision ${latest.revision} is itself a rollback; it is not rolled back again`;
  }
  const newestChange = history.findIndex(({ rollback }) => !rollback);
  const inARow = newestChange === -1 ? history.length : newestChange;
  if (inARow >= giveUpAfter) return `${inARow} rollbacks in a row did not finish`;
  const again = history.filter((each) => isRolledBack(each, history) && each.content === latest.content).length;
  if (again >= giveUpAfter) return `the same content was rolled back ${again} times and comes again`;
  return undefined;
}

function findTarget(
  condition: ReleaseCondition,
  latest: ReleaseRevision,
  history: readonly ReleaseRevision[],
  isKnownGood: ReleaseSituation['isKnownGood'],
): ReleaseRevision | undefined {
  const bad = new Set(history.filter((each) => isRolledBack(each, history)).map(({ content }) => content));
  if (condition === 'ReleaseUnready') bad.add(latest.content);
  const older = history.filter(
    ({ revision, status, content }) =>
      revision < latest.revision && (status === 'deployed' || status === 'superseded') && !bad.has(content),
  );
  const good = older.find((each) => isKnownGood(each));
  if (good !== undefined || condition === 'ReleaseUnready') return good;
  // What failed or was left half-way came after this one, which Helm itself still counts as the one in force.
  const inForce = older.find(({ status }) => status === 'deployed');
  if (inForce !== undefined || !latest.rollback) return inForce;
  // A rollback that was left after Helm had put its target out of force: its content says where it was going.
  return older.find(({ content }) => content === latest.content);
}

/** Somebody rolled it back for what is in it; a rollback that did not finish says nothing about its content. */
function isRolledBack({ revision, status, rollback }: ReleaseRevision, history: readonly ReleaseRevision[]): boolean {
  const next = history.find((each) => each.revision === revision + 1);
  const counts = status === 'superseded' || status === 'deployed' || (status === 'failed' && !rollback);
  return counts && next?.rollback === true;
}

/** Whether a status means that somebody may be at work on the release. */
export function isUnderWay({ status }: ReleaseRevision): boolean {
  return isPending(status) || status === 'uninstalling';
}
