import { describe, expect, it } from 'vitest';
import { ReleaseDiary } from '../../records/release-diary.ts';
import { openReleaseIncident } from '../../release-incident.ts';
import { createMetrics } from '../../telemetry/metrics.ts';
import { ManualClock } from '../../testing/manual-clock.ts';
import { revision } from '../../testing/release-samples.ts';
import type { Notice } from './notice.ts';

describe('what people are told of a release', () => {
  function tell(mine: boolean): Notice[] {
    const told: Notice[] = [];
    const clock = new ManualClock();
    const diary = new ReleaseDiary({
      recorder: { write: () => undefined, mention: () => undefined },
      notifier: { tell: (notice) => void told.push(notice) },
      metrics: createMetrics(),
      clock,
      mayActOn: () => mine,
      ownerOf: (key) => `Release/${key}`,
    });
    const found = { condition: 'ReleaseFailed', reason: 'the upgrade failed', sinceMs: clock.nowMs() - 5_000 } as const;
    const incident = openReleaseIncident(revision(), 'shop/shop', found, clock.nowMs());
    diary.detected(incident);
    diary.failed(incident, 'helm ended with 1', 'error');
    incident.action = 'RollbackRelease';
    incident.actedAtMs = clock.nowMs();
    diary.acted(incident, 'rolled back to revision 1');
    diary.failed(incident, 'not whole', 'unverified');
    diary.gaveUp(incident, 'its user has to look');
    return told;
  }

  it('is what was seen, done and given up, not each attempt', () => {
    const told = tell(true);
    expect(told.map(({ transition }) => transition)).toEqual(['opened', 'acted', 'gave-up']);
    expect(told[1]).toMatchObject({
      owner: expect.stringMatching(/^Release\//),
      evidence: 'the upgrade failed',
      record: { action: 'RollbackRelease', target: { kind: 'HelmRelease' } },
    });
  });

  it('is told by the replica that may act on it', () => {
    expect(tell(false)).toEqual([]);
  });
});
