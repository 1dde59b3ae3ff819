import type { Logger } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeChannel } from '../../test/fakes/fake-channel.ts';
import { notice, record, view } from '../../test/fakes/notices.ts';
import { NOW_MS } from '../../test/fakes/samples.ts';
import { systemClock } from '../clock.ts';
import { ObjectStore } from '../kube/object-store.ts';
import type { Transition } from '../names.ts';
import { type RemediationView, toTime } from '../remediations/view.ts';
import { createMetrics, type HealerMetrics } from '../telemetry/metrics.ts';
import { NotificationEngine } from './engine.ts';

const TRANSITIONS: Transition[] = ['opened', 'acted', 'escalated', 'resolved', 'gave-up'];
const KEY = 'shop/r-abc123';

describe('telling people', () => {
  let channel: FakeChannel;
  let store: ObjectStore<RemediationView>;
  let remembered: string[];
  let held: Set<string>;
  let mine: boolean;
  let metrics: HealerMetrics;
  let troubles: string[];
  let engine: NotificationEngine;

  beforeEach(() => {
    vi.useFakeTimers({ now: NOW_MS });
    channel = new FakeChannel();
    store = new ObjectStore();
    remembered = [];
    held = new Set(['abc123']);
    mine = true;
    metrics = createMetrics();
    troubles = [];
    engine = replica();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  function replica(): NotificationEngine {
    const remediations = {
      knows: (incident: string) => held.has(incident),
      adopt: ({ spec }: RemediationView) => void held.add(spec?.incident ?? ''),
      remember: (incident: string, mark: string) => void remembered.push(`${incident} ${mark}`),
      saveMarks: () => undefined,
    };
    return new NotificationEngine({
      channel,
      remediations,
      store,
      metrics,
      transitions: TRANSITIONS,
      rate: { actions: 3, perMs: 30_000 },
      link: undefined,
      shards: { mayActOn: () => mine },
      clock: systemClock,
      log: { warn: (message: string) => troubles.push(message) } as unknown as Logger,
    });
  }

  function tell(transition: Transition, incident = 'abc123'): void {
    engine.tell(notice({ transition, record: record({ incident, recordedAtMs: Date.now() }) }));
  }

  const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

  async function counted(outcome: string): Promise<number | undefined> {
    return (await metrics.notifications.get()).values.find(({ labels }) => labels.outcome === outcome)?.value;
  }

  it('sends one message for each transition, in order, and notes each', async () => {
    tell('opened');
    tell('acted');
    tell('resolved');
    await pass(0);
    expect(channel.told()).toEqual(['abc123 opened', 'abc123 acted', 'abc123 resolved']);
    expect(remembered).toEqual(channel.told());
    expect(await counted('sent')).toBe(3);
    expect(engine.depth).toBe(0);
  });

  it('says nothing twice: neither what waits, nor what was sent, nor what another replica noted', async () => {
    tell('opened');
    tell('opened');
    expect(engine.depth).toBe(1);
    await pass(0);
    tell('opened');
    expect(engine.depth).toBe(0);
    store.set(KEY, view({ phase: 'Acted', notified: ['opened', 'acted'] }));
    engine = replica();
    tell('opened');
    tell('acted');
    tell('resolved');
    await pass(0);
    expect(channel.told()).toEqual(['abc123 opened', 'abc123 resolved']);
  });

  it('says nothing that is not asked for', async () => {
    tell('refused');
    await pass(0);
    expect(channel.attempts).toBe(0);
  });

  it('says nothing while it may not act, and loses nothing when that is soon over', async () => {
    mine = false;
    tell('opened');
    await pass(5_000);
    tell('resolved');
    expect(channel.attempts).toBe(0);
    mine = true;
    engine.beat();
    await pass(0);
    expect(channel.told()).toEqual(['abc123 opened', 'abc123 resolved']);
  });

  it('leaves to another replica what that has had for long, and what it told', async () => {
    mine = false;
    tell('opened');
    tell('acted');
    store.set(KEY, view({ phase: 'Acted', notified: ['opened'] }));
    await pass(60_001);
    mine = true;
    engine.beat();
    await pass(0);
    expect(channel.told()).toEqual(['abc123 acted']);
    mine = false;
    tell('resolved');
    await pass(60_001);
    engine.beat();
    await pass(0);
    expect(engine.depth).toBe(0);
    mine = true;
    engine.beat();
    await pass(0);
    expect(channel.taken).toHaveLength(1);
  });

  it('does not say that it goes on when it gives up in the same breath', async () => {
    tell('escalated');
    tell('gave-up');
    await pass(0);
    expect(channel.told()).toEqual(['abc123 gave-up']);
  });

  it('tries again with growing pauses until it is taken', async () => {
    channel.order({ kind: 'failed', reason: 'no answer', retryAfterMs: undefined }, 3);
    tell('opened');
    await pass(500);
    expect(channel.attempts).toBe(1);
    await pass(10_000);
    expect(channel.told()).toEqual(['abc123 opened']);
    expect(channel.attempts).toBe(4);
    expect([await counted('failed'), await counted('sent')]).toEqual([3, 1]);
    expect(troubles[0]).toMatch(/people could not be told: no answer/);
  });

  it('waits as long as it is asked to', async () => {
    channel.order({ kind: 'failed', reason: 'too many', retryAfterMs: 30_000 });
    tell('opened');
    await pass(29_999);
    expect(channel.attempts).toBe(1);
    await pass(1);
    expect(channel.told()).toEqual(['abc123 opened']);
  });

  it('goes on with the others when one is refused, and does not insist', async () => {
    channel.order({ kind: 'refused', reason: 'invalid_blocks' });
    tell('opened');
    tell('acted');
    await pass(0);
    tell('opened');
    await pass(0);
    expect(channel.told()).toEqual(['abc123 acted']);
    expect(remembered).toEqual(['abc123 acted']);
    expect([await counted('failed'), await counted('lost')]).toEqual([1, 1]);
  });

  it('tells of too many in a summary, which counts as told', async () => {
    for (let count = 0; count < 10; count += 1) tell('opened', `i${count}`);
    await pass(0);
    expect(channel.told()).toEqual(['i0 opened', 'i1 opened', 'summary']);
    expect(channel.taken[2]?.text).toMatch(/^8 further messages held back: 8 opened/);
    expect([await counted('sent'), await counted('held-back')]).toEqual([3, 8]);
    tell('opened', 'i9');
    tell('opened', 'late');
    await pass(9_999);
    expect(channel.taken).toHaveLength(3);
    await pass(1);
    expect(channel.told()[3]).toBe('late opened');
  });

  it('goes on after a defect of a channel, which harms nothing else', async () => {
    const { send } = channel;
    channel.send = () => Promise.reject(new Error('a defect'));
    tell('opened');
    await pass(0);
    expect(troubles).toEqual(['telling people broke off: a defect']);
    channel.send = send;
    engine.beat();
    await pass(0);
    expect(channel.told()).toEqual(['abc123 opened']);
  });

  it('keeps a bounded number of them', async () => {
    channel.order('hang');
    for (let count = 0; count < 600; count += 1) tell('opened', `i${count}`);
    await pass(0);
    expect(engine.depth).toBe(500);
    expect(await counted('lost')).toBe(100);
  });

  it('does not end later because nobody answers', async () => {
    channel.order('hang');
    tell('opened');
    await pass(0);
    let ended = false;
    void engine.flush(1_000).then(() => {
      ended = true;
    });
    await pass(999);
    expect(ended).toBe(false);
    await pass(1);
    expect(ended).toBe(true);
  });

  it('tells what an earlier holder did not, once it has ended a while ago', async () => {
    const ended = { endedAt: toTime(NOW_MS), action: 'EvictPod', actedAt: toTime(NOW_MS) } as const;
    store.set(KEY, view({ phase: 'Resolved', outcome: 'helped', notified: ['opened'], ...ended }));
    held.clear();
    engine.beat();
    await pass(9_000);
    expect(channel.told()).toEqual([]);
    await pass(2_000);
    engine.beat();
    await pass(0);
    expect(channel.told()).toEqual(['abc123 acted', 'abc123 resolved']);
    expect(remembered).toEqual(channel.told());
    await pass(6_000);
    engine.beat();
    await pass(0);
    expect(channel.taken).toHaveLength(2);
  });

  it('tells nothing of incidents from before anybody was to be told', async () => {
    store.set(KEY, view({ phase: 'Resolved', endedAt: toTime(NOW_MS - 60_000) }));
    engine.beat();
    await pass(0);
    expect(channel.attempts).toBe(0);
  });

  it('tells what it adopts at once', async () => {
    const left = view({ phase: 'Acting', action: 'EvictPod', decidedAt: toTime(NOW_MS), notified: ['opened'] });
    store.set(KEY, left);
    engine.adopt(left, true);
    await pass(0);
    expect(channel.told()).toEqual(['abc123 acted']);
  });

  it('notes what was told before the incident was claimed as soon as it is', async () => {
    held.clear();
    tell('opened');
    await pass(0);
    expect(remembered).toEqual([]);
    // Somebody else may be about to go on with it.
    store.set(KEY, view({ phase: 'Detected' }));
    engine.beat();
    expect(held).toEqual(new Set());
    held.add('abc123');
    engine.beat();
    expect(remembered).toEqual(['abc123 opened']);
  });
});
