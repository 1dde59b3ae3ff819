import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { revision } from '../../test/fakes/release-samples.ts';
import type { ReleaseCondition } from '../policy/helm-conditions.ts';
import { planRelease } from './decide-release.ts';
import type { ReleaseRevision, ReleaseStatus } from './secrets/release.ts';

const CONDITION: Partial<Record<ReleaseStatus, ReleaseCondition>> = {
  deployed: 'ReleaseUnready',
  failed: 'ReleaseFailed',
};

/** Oldest first: `status content`, `*` after the content of a revision made by a rollback, `!` after content known to be good. */
function plan(lines: readonly string[], rules = { uninstallPendingInstall: false, giveUpAfter: 3 }) {
  const good = new Set<string>();
  const history = lines.map((line, index): ReleaseRevision => {
    const [status, mark = ''] = line.split(' ');
    const content = mark.replace(/[*!]/g, '');
    if (mark.includes('!')) good.add(content);
    return revision({ revision: index + 1, status: status as ReleaseStatus, content, rollback: mark.includes('*') });
  });
  const condition = CONDITION[history.at(-1)?.status ?? 'deployed'] ?? 'ReleasePending';
  const isKnownGood = ({ content }: ReleaseRevision): boolean => good.has(content);
  const result = planRelease({ condition, history: history.reverse(), isKnownGood, rules });
  return result.kind === 'rollback' ? `to ${result.to.revision}` : result.kind === 'leave' ? result.why : result.kind;
}

describe('planRelease', () => {
  it.each([
    ['an unready upgrade goes back to what was known to be good', ['superseded a!', 'deployed b'], 'to 1'],
    ['the newest one known to be good is taken', ['superseded a!', 'superseded b!', 'deployed c'], 'to 2'],
    [
      'one that was deployed but never known to be good is passed over',
      ['superseded a!', 'superseded b', 'deployed c'],
      'to 1',
    ],
    ['an unready upgrade without one known to be good is left', ['superseded a', 'deployed b'], 'no-target'],
    ['an unready upgrade to the same content is left', ['superseded a!', 'deployed a!'], 'no-target'],
    ['a first installation that is unready is left', ['deployed a'], 'no-target'],
    ['a failed upgrade goes back to the one in force', ['deployed a', 'failed b'], 'to 1'],
    ['a failed upgrade prefers one known to be good', ['superseded a!', 'deployed b', 'failed c'], 'to 1'],
    ['a failed upgrade with the same content may go back to it', ['deployed a', 'failed a'], 'to 1'],
    ['several failed upgrades are passed over', ['deployed a', 'failed b', 'failed c'], 'to 1'],
    ['a pending upgrade is unlocked by going back', ['deployed a', 'pending-upgrade b'], 'to 1'],
    ['a pending upgrade on a failed one', ['deployed a', 'failed b', 'pending-upgrade b'], 'to 1'],
    ['a pending installation is left', ['pending-install a'], 'no-target'],
    ['an old uninstalled release is no target', ['uninstalled a!', 'pending-install b'], 'no-target'],
    ['a failed first installation is left', ['failed a'], 'no-target'],
    ['a rollback is not rolled back', ['superseded a!', 'superseded b', 'deployed a*'], 'gave-up'],
    ['not even to another one', ['superseded z!', 'superseded a', 'superseded b', 'deployed a*'], 'gave-up'],
    ['a rollback left half-way is done again', ['superseded a!', 'deployed b', 'pending-rollback a*'], 'to 1'],
    [
      'even when its target is not in force any more and nothing was ever known to be good',
      ['superseded a', 'failed b', 'pending-rollback a*'],
      'to 1',
    ],
    ['a pending upgrade is not taken for one', ['superseded a', 'failed b', 'pending-upgrade a'], 'no-target'],
    ['a failed rollback is done again', ['deployed a!', 'superseded b', 'failed a*'], 'to 1'],
    ['but not for ever', ['deployed a!', 'failed b', 'failed a*', 'failed a*', 'pending-rollback a*'], 'gave-up'],
    ['a change by a user starts anew', ['superseded a!', 'superseded b', 'superseded a*', 'deployed c'], 'to 3'],
    [
      'what was rolled back once is no target',
      ['superseded a!', 'superseded b!', 'superseded a*', 'deployed c'],
      'to 3',
    ],
    [
      'a rollback that needed two attempts is a target',
      ['superseded a!', 'superseded b', 'failed a*', 'superseded a*', 'deployed c'],
      'to 4',
    ],
    [
      'the same bad content again is rolled back again',
      ['superseded a!', 'superseded b', 'superseded a*', 'deployed b'],
      'to 3',
    ],
    [
      'but whoever insists wins',
      [
        'superseded a!',
        'superseded b',
        'superseded a*',
        'superseded b',
        'superseded a*',
        'superseded b',
        'superseded a*',
        'deployed b',
      ],
      'gave-up',
    ],
    [
      'a pending one over an endless quarrel is left too',
      ['deployed a', 'failed b', 'superseded a*', 'failed b', 'superseded a*', 'failed b', 'superseded a*', 'failed b'],
      'gave-up',
    ],
  ])('%s', (_title, lines, expected) => {
    expect(plan(lines)).toBe(expected);
  });

  it('uninstalls a first installation left half-way only where the policy asks for it', () => {
    const rules = { uninstallPendingInstall: true, giveUpAfter: 3 };
    expect(plan(['pending-install a'], rules)).toBe('uninstall');
    expect(plan(['failed a'], rules)).toBe('no-target');
    expect(plan(['deployed a', 'pending-upgrade b'], rules)).toBe('to 1');
  });

  it('leaves alone what a GitOps controller keeps', () => {
    const history = [revision({ revision: 2, manager: 'Flux' }), revision({ revision: 1 })];
    const rules = { uninstallPendingInstall: true, giveUpAfter: 3 };
    expect(planRelease({ condition: 'ReleaseUnready', history, isKnownGood: () => true, rules })).toMatchObject({
      kind: 'leave',
      why: 'managed',
    });
  });

  it('comes to an end by itself, whatever the contents do', () => {
    const contents = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(
        contents,
        fc.constantFrom<ReleaseStatus>('deployed', 'failed', 'pending-upgrade'),
        (older, status) => {
          let history = older.map((content, index) => revision({ revision: index + 1, status: 'superseded', content }));
          history.push(revision({ revision: older.length + 1, status, content: 'bad' }));
          history = history.reverse();
          for (let rollbacks = 0; rollbacks < 10; rollbacks += 1) {
            const [latest] = history;
            if (latest === undefined) throw new Error('no history');
            const condition = CONDITION[latest.status] ?? 'ReleasePending';
            const rules = { uninstallPendingInstall: false, giveUpAfter: 3 };
            const result = planRelease({ condition, history, isKnownGood: () => true, rules });
            if (result.kind !== 'rollback') return rollbacks <= 3;
            const next = { ...result.to, revision: latest.revision + 1, rollback: true, status };
            history = [
              next,
              ...history.map(
                (each) =>
                  ({ ...each, status: each.status === 'deployed' ? 'superseded' : each.status }) as ReleaseRevision,
              ),
            ];
          }
          return false;
        },
      ),
    );
  });
});
