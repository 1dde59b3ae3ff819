import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../test/fakes/manual-clock.ts';
import { openedIncident } from '../incidents/incident.ts';
import { IncidentRecorder } from '../incidents/incident-recorder.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { NO_TRACES } from '../telemetry/traces.ts';
import type { Notice } from './notice.ts';

describe('what people are told of a release', () => {
  function tell(mine: boolean, end: 'given up' | 'obsolete' = 'given up'): Notice[] {
    const told: Notice[] = [];
    const clock = new ManualClock();
    const recorder = new IncidentRecorder({
      eventRecorder: { write: () => undefined, mention: () => undefined },
      remediations: { note: () => undefined },
      notifier: { tell: (notice) => void told.push(notice) },
      metrics: createMetrics(),
      traces: NO_TRACES,
      clock,
      shards: { mayActOn: () => mine },
    });
    const nowMs = clock.nowMs();
    const incident = openedIncident({
      key: 'shop/shop',
      objectKey: 'shop/shop',
      owner: 'Release/shop/shop',
      policy: 'shop/shop',
      condition: 'ReleaseFailed',
      target: { kind: 'HelmRelease', namespace: 'shop', name: 'shop', uid: 'secret-2', revision: 2 },
      episode: 1,
      firstSeenMs: nowMs - 5_000,
      detectedAtMs: nowMs,
      reason: 'the upgrade failed',
    });
    recorder.announce(incident);
    if (end === 'obsolete') {
      recorder.obsolete(incident, 'a newer revision is there');
      return told;
    }
    recorder.failed(incident, 'helm ended with 1', 'error');
    incident.action = 'RollbackRelease';
    incident.actedAtMs = clock.nowMs();
    recorder.acted(incident, { detail: 'rolled back to revision 1', generation: 3 });
    recorder.failed(incident, 'not whole', 'unverified');
    recorder.gaveUp(incident, 'its user has to look');
    return told;
  }

  it('is what was seen, done and given up, not each attempt', () => {
    const told = tell(true);
    expect(told.map(({ transition }) => transition)).toEqual(['opened', 'acted', 'escalated', 'gave-up']);
    expect(told[1]).toMatchObject({
      owner: expect.stringMatching(/^Release\//),
      evidence: 'the upgrade failed',
      record: { action: 'RollbackRelease', target: { kind: 'HelmRelease' } },
    });
  });

  it('says that it is over when a newer revision makes it obsolete, to those who heard of it', () => {
    expect(tell(true, 'obsolete').map(({ transition }) => transition)).toEqual(['opened', 'resolved']);
  });

  it('is told by the replica that may act on it', () => {
    expect(tell(false)).toEqual([]);
  });
});
