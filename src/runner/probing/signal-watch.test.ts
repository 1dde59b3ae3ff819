import { describe, expect, it } from 'vitest';
import { FakeAlertRules } from '../../../test/fakes/fake-alert-rules.ts';
import { FakeClock } from '../../../test/fakes/fake-clock.ts';
import { FakeMetrics } from '../../../test/fakes/fake-metrics.ts';
import { FakeReceiver, OPENED } from '../../../test/fakes/fake-receiver.ts';
import type { Recovery } from '../../scenario/model/scenario.ts';
import { waitUntil } from '../waiting/wait-until.ts';
import { SignalWatch } from './signal-watch.ts';

const SELECTOR = 'ALERTS{alertname=~"ShopUnavailable|NodeDown",alertstate="firing"}';
const RECOVERY: Recovery = {
  withinMs: 20_000,
  stableForMs: 5_000,
  phases: {},
  by: 'healer',
  expectActions: [],
  forbidActions: [],
  fireAlerts: [{ name: 'ShopUnavailable', withinMs: 10_000 }],
  silentAlerts: ['NodeDown'],
  expectMessages: [{ channel: 'slack', about: 'shop', transitions: ['opened'], max: 1 }],
};

function world() {
  const clock = new FakeClock();
  const now = () => clock.now();
  const alertRules = new FakeAlertRules(now).add('ShopUnavailable').add('NodeDown').add('Other');
  const told: { what: string; data: unknown }[] = [];
  const notes: string[] = [];
  const receiver = new FakeReceiver(now);
  const ears = {
    fact: (what: string, data: unknown) => void told.push({ what, data }),
    note: (message: string) => void notes.push(message),
  };
  return { clock, metrics: new FakeMetrics(), alertRules, receiver, told, notes, ears };
}
type World = ReturnType<typeof world>;

/** Watches for so many seconds; `then` happens at the begin of each. */
async function watch(
  one: World,
  seconds: number,
  then: (second: number) => void = () => undefined,
  recovery = RECOVERY,
) {
  const { clock } = one;
  const startMs = clock.now();
  const { signal } = new AbortController();
  const watching = new SignalWatch(recovery, 'on', one, one.ears);
  await watching.start(signal);
  let second = 0;
  const until = async () => {
    if (clock.now() >= startMs + second * 1_000) then(second++);
    return second > seconds ? ({ done: true, value: null } as const) : ({ done: false, seen: '' } as const);
  };
  await waitUntil(until, { clock, what: 'the end', timeoutMs: 60_000, everyMs: 100, signal });
  await watching.look();
  await watching[Symbol.asyncDispose]();
  return watching.evidence();
}

describe('the watch over alerts and messages', () => {
  it('looks at once, every second, and once more at the end, and tells what it sees', async () => {
    const one = world();
    const { alerts, messages } = await watch(one, 4);
    expect(alerts?.map(({ name, sightings }) => [name, sightings.length])).toEqual([
      ['ShopUnavailable', 7],
      ['NodeDown', 7],
    ]);
    expect(alerts?.[0]?.sightings[0]?.rules).toMatchObject([{ query: 'up == 0', health: 'ok' }]);
    expect(messages?.sightings).toHaveLength(7);
    expect(one.told.filter(({ what }) => what === 'alert-rule')).toHaveLength(14);
    expect(one.told.filter(({ what }) => what === 'receiver').map(({ data }) => data)).toEqual(messages?.sightings);
  });

  it('reads the points of each alert, from long enough before', async () => {
    const one = world();
    const nowMs = one.clock.now();
    const points = [-20_000, -14_000, 2_000].map((ms) => ({ atMs: nowMs + ms, value: 1 }));
    const labels = { alertname: 'ShopUnavailable', alertstate: 'firing', pod: 'a' };
    one.metrics.points(SELECTOR, [{ labels, points }]);
    const [fires, silent] = (await watch(one, 4)).alerts ?? [];
    expect(fires?.points).toEqual([-14_000, 2_000].map((ms) => ({ atMs: nowMs + ms, labels: { pod: 'a' } })));
    expect(fires).toMatchObject({ problem: null, pointsFromMs: nowMs - 15_000 });
    expect(silent?.points).toEqual([]);
  });

  it('hears every message once', async () => {
    const one = world();
    const { messages } = await watch(one, 4, (second) => (second < 3 ? one.receiver.take(OPENED) : undefined));
    expect(messages?.messages.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
    expect(one.told.filter(({ what }) => what === 'message')).toHaveLength(3);
  });

  it('leaves a hole where nobody answers, and says once why', async () => {
    const one = world();
    const { alerts, messages } = await watch(one, 6, (second) => {
      one.alertRules.isGone = second >= 2;
      one.receiver.isGone = second >= 2;
    });
    expect(alerts?.[0]).toMatchObject({ problem: 'connection refused' });
    expect(alerts?.[0]?.sightings.length).toBeLessThan(5);
    expect(messages?.sightings.length).toBeLessThan(5);
    expect(one.notes).toEqual(['connection refused']);
  });

  it('does nothing for a scenario that claims nothing', async () => {
    const one = world();
    const { fireAlerts: _f, silentAlerts: _s, expectMessages: _e, ...plain } = RECOVERY;
    expect(await watch(one, 2, () => undefined, plain)).toEqual({});
    expect(one.told).toEqual([]);
  });
});
