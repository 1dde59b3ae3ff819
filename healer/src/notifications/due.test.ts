import { describe, expect, it } from 'vitest';
import { view } from '../../test/fakes/notices.ts';
import { NOW_MS } from '../../test/fakes/samples.ts';
import type { RemediationStatus } from '../policy/remediation-schema.ts';
import { releaseOwner } from '../remediations/owner.ts';
import { toTime } from '../remediations/view.ts';
import { dueOf } from './due.ts';
import { markOf } from './notice.ts';

const ACTED = { action: 'EvictPod', decidedAt: toTime(NOW_MS), actedAt: toTime(NOW_MS + 40) } as const;
const ENDED = { endedAt: toTime(NOW_MS + 9_000) } as const;

describe('what people should have been told of a Remediation', () => {
  it.each<[string, Partial<RemediationStatus> | undefined, string[]]>([
    ['was only claimed', undefined, ['opened']],
    ['is about to be acted on', { phase: 'Acting', action: 'EvictPod', decidedAt: toTime(NOW_MS) }, ['opened']],
    ['was refused', { phase: 'Refused', refusal: 'Cooldown' }, ['opened', 'refused:Cooldown']],
    ['was acted on', { phase: 'Acted', ...ACTED }, ['opened', 'acted']],
    ['is resolved', { phase: 'Resolved', outcome: 'helped', ...ACTED, ...ENDED }, ['opened', 'acted', 'resolved']],
    [
      'is resolved by an action whose answer got lost',
      { phase: 'Resolved', action: 'EvictPod', decidedAt: toTime(NOW_MS), outcome: 'helped', ...ENDED },
      ['opened', 'acted', 'resolved'],
    ],
    ['got well by itself', { phase: 'Resolved', outcome: 'none', ...ENDED }, ['opened', 'resolved']],
    [
      'went away',
      { phase: 'Obsolete', outcome: 'none', refusal: 'TargetGone', ...ENDED },
      ['opened', 'refused:TargetGone', 'resolved'],
    ],
    ['was not helped', { phase: 'Failed', outcome: 'failed', ...ACTED, ...ENDED }, ['opened', 'acted', 'escalated']],
    [
      'was given up',
      { phase: 'GaveUp', outcome: 'failed', refusal: 'GaveUp', ...ACTED, ...ENDED },
      ['opened', 'acted', 'gave-up'],
    ],
  ])('that %s', (_title, status, marks) => {
    expect(dueOf(view(status)).map(markOf)).toEqual(marks);
  });

  it('takes an action as done where its effect shows', () => {
    const acting = view({ phase: 'Acting', action: 'EvictPod', decidedAt: toTime(NOW_MS) });
    expect(dueOf(acting, true).map(markOf)).toEqual(['opened', 'acted']);
  });

  it('says each with its own time, reason and action', () => {
    const status = { phase: 'Resolved', outcome: 'helped', reason: 'pod d replaced it', ...ACTED, ...ENDED } as const;
    const [opened, acted, resolved] = dueOf(view(status));
    expect(opened).toMatchObject({
      owner: 'deployment-1',
      firstSeenMs: NOW_MS - 5_000,
      evidence: 'not Ready for 5.0 s',
      record: { stage: 'detected', reason: 'not Ready for 5.0 s', recordedAtMs: NOW_MS },
    });
    expect(opened?.record.action).toBeUndefined();
    expect(acted?.record).toMatchObject({ stage: 'acted', action: 'EvictPod', recordedAtMs: NOW_MS + 40 });
    expect(resolved?.record).toMatchObject({ reason: 'pod d replaced it', recordedAtMs: NOW_MS + 9_000 });
  });

  it('belongs to whoever has the release, where it is about one', () => {
    const about = view(undefined);
    const target = { kind: 'HelmRelease', namespace: 'shop', name: 'web', uid: 'uid-web-2', revision: 2 } as const;
    const spec = about.spec && { ...about.spec, target, workload: undefined };
    expect(dueOf({ ...about, spec }).map(({ owner }) => owner)).toEqual([releaseOwner('shop/web')]);
  });

  it('is nothing where somebody wrote what is none of ours', () => {
    expect(dueOf({ ...view(undefined), spec: undefined })).toEqual([]);
  });
});
