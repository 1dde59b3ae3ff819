import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../test/fakes/manual-clock.ts';
import { openedReleaseIncident } from '../releases/release-incident.ts';
import { ReleaseRecorder } from '../releases/release-recorder.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { NO_TRACES } from '../telemetry/traces.ts';
import type { Notice } from './notice.ts';

describe('what people are told of a release', () => {
  function tell(mine: boolean): Notice[] {
    const told: Notice[] = [];
    const clock = new ManualClock();
    const recorder = new ReleaseRecorder({
      eventRecorder: { write: () => undefined, mention: () => undefined },
      remediations: { note: () => undefined },
      notifier: { tell: (notice) => void told.push(notice) },
      metrics: createMetrics(),
      traces: NO_TRACES,
      clock,
      mayActOn: () => mine,
    });
    const nowMs = clock.nowMs();
    const incident = openedReleaseIncident({
      key: 'shop/shop',
      policy: 'shop/shop',
      condition: 'ReleaseFailed',
      target: { kind: 'HelmRelease', namespace: 'shop', name: 'shop', uid: 'secret-2', revision: 2 },
      episode: 1,
      firstSeenMs: nowMs - 5_000,
      detectedAtMs: nowMs,
      reason: 'the upgrade failed',
    });
    recorder.detected(incident);
    recorder.failed(incident, 'helm ended with 1', 'error');
    incident.action = 'RollbackRelease';
    incident.actedAtMs = clock.nowMs();
    recorder.acted(incident, 'rolled back to revision 1');
    recorder.failed(incident, 'not whole', 'unverified');
    recorder.gaveUp(incident, 'its user has to look');
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
