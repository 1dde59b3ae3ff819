import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../test/fakes/manual-clock.ts';
import { incident as sample } from '../../test/fakes/samples.ts';
import type { HealerRecord } from '../names.ts';
import type { Notice } from '../notifications/notice.ts';
import type { StatusChanges } from '../remediations/remediation-ownership.ts';
import { createMetrics, type HealerMetrics } from '../telemetry/metrics.ts';
import { NO_TRACES } from '../telemetry/traces.ts';
import type { Incident } from './incident.ts';
import { IncidentRecorder } from './incident-recorder.ts';

describe('the incident recorder', () => {
  let mine: boolean;
  let written: HealerRecord[];
  let noted: StatusChanges[];
  let mentioned: HealerRecord[];
  let told: Notice[];
  let metrics: HealerMetrics;
  let recorder: IncidentRecorder;
  let incident: Incident;

  beforeEach(() => {
    mine = true;
    written = [];
    noted = [];
    mentioned = [];
    told = [];
    metrics = createMetrics();
    const clock = new ManualClock();
    const eventRecorder = {
      write: (record: HealerRecord) => written.push(record),
      mention: (record: HealerRecord) => mentioned.push(record),
    };
    const remediations = { note: (_incident: string, changes: StatusChanges) => void noted.push(changes) };
    const mayActOn = (owner: string): boolean => mine && owner === 'o';
    const notifier = { tell: (notice: Notice) => void told.push(notice) };
    recorder = new IncidentRecorder({
      eventRecorder,
      remediations,
      metrics,
      clock,
      shards: { mayActOn },
      notifier,
      traces: NO_TRACES,
    });
    incident = sample({ firstSeenMs: clock.nowMs() - 5_000, detectedAtMs: clock.nowMs(), owner: 'o' });
  });

  const stages = (): string[] => written.map(({ stage }) => stage);

  it('keeps silent about incidents on a replica that may not act, and speaks once it may', () => {
    mine = false;
    recorder.announce(incident);
    expect(stages()).toEqual([]);
    mine = true;
    recorder.announce(incident);
    recorder.announce(incident);
    expect(stages()).toEqual(['detected']);
  });

  it('mentions the refusals of such a replica in its log alone', () => {
    mine = false;
    recorder.refused(incident, 'NotMyShard', 'another replica may act');
    recorder.refused(incident, 'NotMyShard', 'another replica may act');
    expect(stages()).toEqual([]);
    expect(mentioned).toMatchObject([{ stage: 'refused', refusal: 'NotMyShard' }]);
  });

  it('says each reason not to act once, and counts it once', async () => {
    for (const reason of ['Cooldown', 'Cooldown', 'MinHealthy'] as const) recorder.refused(incident, reason, 'because');
    expect(written.map(({ refusal }) => refusal)).toEqual(['Cooldown', 'MinHealthy']);
    const { values } = await metrics.refusals.get();
    expect(values.map(({ labels, value }) => [labels.reason, value])).toEqual([
      ['Cooldown', 1],
      ['MinHealthy', 1],
    ]);
  });

  it('does not tell the end of what nobody was told of', () => {
    recorder.resolved(incident, 'gone');
    expect(stages()).toEqual([]);
    recorder.announce(incident);
    recorder.resolved(incident, 'gone');
    expect(stages()).toEqual(['detected', 'resolved']);
    expect(written[1]?.action).toBeUndefined();
  });

  it('measures from the first sight of the symptom to the decision, and on to the answer', async () => {
    incident.decidedAtMs = incident.detectedAtMs + 10;
    incident.actedAtMs = incident.decidedAtMs + 40;
    recorder.acted(incident, { generation: 1 });
    const sum = async (name: string): Promise<number | undefined> => {
      const metric = (await metrics.registry.getMetricsAsJSON()).find((each) => each.name === name);
      const values: { metricName?: string; value: number }[] = metric?.values ?? [];
      return values.find(({ metricName }) => metricName?.endsWith('_sum'))?.value;
    };
    expect(await sum('healer_detect_seconds')).toBeCloseTo(5.01);
    expect(await sum('healer_act_seconds')).toBeCloseTo(0.04);
  });

  it('brings the Remediation up to date with everything it tells', () => {
    recorder.refused(incident, 'Cooldown', 'because');
    incident.action = 'EvictPod';
    incident.actedAtMs = incident.detectedAtMs;
    recorder.acted(incident, { generation: 4 });
    recorder.failed(incident, 'it did not help', 'unverified');
    recorder.gaveUp(incident, 'enough');
    expect(noted).toMatchObject([
      { phase: 'Refused', refusal: 'Cooldown' },
      { phase: 'Acted', action: 'EvictPod', generation: 4 },
      { phase: 'Failed', outcome: 'failed' },
      { phase: 'GaveUp', endedAt: expect.any(String) },
    ]);
  });

  it('has people told of everything that changes for them, with what was seen', () => {
    recorder.announce(incident);
    recorder.refused(incident, 'Cooldown', 'because');
    incident.action = 'EvictPod';
    recorder.failed(incident, 'the server said no', 'error');
    incident.actedAtMs = incident.detectedAtMs;
    recorder.acted(incident, { generation: 4 });
    recorder.failed(incident, 'it did not help', 'unverified');
    recorder.gaveUp(incident, 'enough');
    expect(told.map(({ transition }) => transition)).toEqual(['opened', 'refused', 'acted', 'escalated', 'gave-up']);
    expect(told[3]).toMatchObject({
      owner: 'o',
      firstSeenMs: incident.firstSeenMs,
      evidence: incident.reason,
      record: { action: 'EvictPod', reason: 'it did not help' },
    });
  });

  it.each<[string, (it: IncidentRecorder) => void]>([
    ['it went away', (it) => it.vanished(incident, 'the pod went away before an action')],
    ['nobody asks any more', (it) => it.obsolete(incident, 'no policy')],
    ['it got well', (it) => it.resolved(incident, 'well')],
  ])('has those who heard of an incident told that it is over when %s, and nobody else', (_title, end) => {
    end(recorder);
    expect(told).toEqual([]);
    recorder.announce(incident);
    end(recorder);
    expect(told.at(-1)?.transition).toBe('resolved');
  });

  it('notes nothing on the Remediation about the refusals of a replica that may not act', () => {
    mine = false;
    recorder.refused(incident, 'NotMyShard', 'another replica may act');
    expect(noted).toEqual([]);
    expect(told).toEqual([]);
  });

  it('counts giving up as a decision not to act, once, whatever the target', async () => {
    recorder.gaveUp(incident, 'enough');
    recorder.refused(incident, 'GaveUp', 'enough');
    expect((await metrics.refusals.get()).values).toMatchObject([{ labels: { reason: 'GaveUp' }, value: 1 }]);
    expect((await metrics.decisions.get()).values).toMatchObject([
      { labels: { decision: 'refuse', reason: 'GaveUp' } },
    ]);
    expect((await metrics.giveUps.get()).values).toMatchObject([{ value: 1 }]);
  });

  it('does not write "Refused" over an action whose effect is not known yet', () => {
    incident.actedAtMs = incident.detectedAtMs;
    recorder.refused(incident, 'MissingData', 'its newest revision cannot be read');
    expect(noted).toEqual([]);
  });

  it('leaves it open whether an action without an answer was carried out', () => {
    incident.unsure = true;
    recorder.failed(incident, 'no answer', 'error');
    recorder.refused(incident, 'Cooldown', 'because');
    expect(noted).toEqual([]);
  });
});
