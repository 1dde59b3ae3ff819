import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../test/fakes/manual-clock.ts';
import type { HealerRecord } from '../names.ts';
import type { ReleaseIncident, ReleaseTarget } from '../releases/release-target.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { openedIncident } from './incident.ts';
import { IncidentRecorder } from './incident-recorder.ts';

describe('the incident recorder of releases', () => {
  let mine: boolean;
  let clock: ManualClock;
  let written: HealerRecord[];
  let mentioned: HealerRecord[];
  let traced: HealerRecord[];
  let sinceMs: number[];
  let recorder: IncidentRecorder;
  let incident: ReleaseIncident;

  beforeEach(() => {
    mine = true;
    clock = new ManualClock();
    written = [];
    mentioned = [];
    traced = [];
    sinceMs = [];
    const record = (each: HealerRecord, firstSeenMs: number): void => {
      traced.push(each);
      sinceMs.push(firstSeenMs);
    };
    recorder = new IncidentRecorder({
      eventRecorder: { write: (each) => void written.push(each), mention: (each) => void mentioned.push(each) },
      remediations: { note: () => undefined },
      notifier: { tell: () => undefined },
      metrics: createMetrics(),
      traces: { record, stop: async () => undefined },
      clock,
      shards: { mayActOn: () => mine },
    });
    incident = openedIncident<ReleaseTarget>({
      key: 'shop/web',
      objectKey: 'shop/web',
      owner: 'Release/shop/web',
      policy: 'shop/shop-back',
      condition: 'ReleaseFailed',
      target: { kind: 'HelmRelease', namespace: 'shop', name: 'web', uid: 'secret-2', revision: 2 },
      episode: 1,
      firstSeenMs: clock.nowMs() - 5_000,
      detectedAtMs: clock.nowMs(),
      reason: 'the upgrade failed',
    });
  });

  it('traces everything that it writes: what was seen, decided, done, and what came of it', () => {
    recorder.announce(incident);
    recorder.refused(incident, 'Paused', 'because');
    recorder.failed(incident, 'helm ended with 1', 'error');
    recorder.acted(incident, { detail: 'rolled back to revision 1', generation: 3 });
    recorder.failed(incident, 'not whole', 'unverified');
    recorder.gaveUp(incident, 'its user has to look');
    recorder.resolved(incident, 'well in the end');
    expect(traced.map(({ stage }) => stage)).toEqual([
      'detected',
      'refused',
      'failed',
      'acted',
      'failed',
      'gave-up',
      'resolved',
    ]);
    expect(traced).toEqual(written);
    expect(new Set(traced.map((each) => each.incident))).toEqual(new Set([incident.id]));
    expect(new Set(sinceMs)).toEqual(new Set([incident.firstSeenMs]));
  });

  it('traces nothing on a replica that may not act, whose log alone says it', () => {
    mine = false;
    recorder.announce(incident);
    recorder.refused(incident, 'NotMyShard', 'another replica may act');
    expect(traced).toEqual([]);
    expect(mentioned).toMatchObject([{ stage: 'refused', refusal: 'NotMyShard' }]);
  });

  it('dates a refusal by itself, not by the detection or by an attempt before it', () => {
    incident.decidedAtMs = clock.nowMs();
    clock.advance(60_000);
    recorder.refused(incident, 'Cooldown', 'because');
    expect(written).toMatchObject([{ decidedAtMs: clock.nowMs() }]);
  });
});
