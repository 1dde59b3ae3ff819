import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FencedRelease } from './fenced-release.ts';
import { type Connections, Neighbours } from './neighbours.ts';
import { PlainClusterDriver } from './plain-cluster.ts';
import { tellInOrder } from './story.ts';

const SOON = { timeout: 170_000, interval: 500 };
const STRANGER: Connections = { stranger: { 'web:8080': 'open' } };
/** Under the policy of the chart: what is named, by port and by peer, and nothing else. */
const FENCED: Connections = {
  prometheus: { 'healer:8080': 'open', 'healer:9443': 'blocked' },
  alertmanager: { 'healer:8080': 'blocked', 'healer:9443': 'open' },
  stranger: { 'healer:8080': 'blocked', 'healer:9443': 'blocked', 'web:8080': 'open' },
  healer: {
    'kubernetes.default.svc:443': 'open',
    'prometheus:9090': 'open',
    'prometheus:6443': 'blocked',
    'stranger:9090': 'blocked',
    'web:8080': 'blocked',
  },
};
const OPEN = all(FENCED, 'open');

function all(table: Connections, how: string): Connections {
  const row = (ends: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.keys(ends).map((end) => [end, how]));
  return Object.fromEntries(Object.entries(table).map(([from, ends]) => [from, row(ends)]));
}

/** One story, told in order: every connection is seen to work without the policy before it is seen not to with it. */
describe('the healer’s NetworkPolicy', () => {
  const cluster = new PlainClusterDriver();
  const neighbours = new Neighbours(cluster);
  const release = new FencedRelease(cluster);

  beforeAll(async () => {
    await cluster.open();
    await neighbours.start('prometheus', 'alertmanager', 'stranger');
  });
  afterAll(() => cluster.clear());
  tellInOrder(() => cluster.picture());

  const connections = (table: Connections, message?: string) =>
    expect.poll(() => neighbours.connect(table), message === undefined ? SOON : { ...SOON, message });

  it('is tried where policies are enforced: one that denies all cuts off what worked before', async () => {
    await expect.poll(() => cluster.readyWeb(), SOON).toHaveLength(3);
    await connections(STRANGER).toEqual(STRANGER);
    await neighbours.denyAll(true);
    await connections(STRANGER, `${cluster.enforcer} does not enforce policies here`).toEqual(all(STRANGER, 'blocked'));
    await neighbours.denyAll(false);
    await connections(STRANGER).toEqual(STRANGER);
  });

  it('leaves everything open while it is off', async () => {
    await release.install();
    await expect.poll(() => cluster.readyHealers(), SOON).toBe(2);
    await connections(OPEN).toEqual(OPEN);
  });

  it('lets through what it names and nothing else', async () => {
    await release.fence(true);
    await connections(FENCED).toEqual(FENCED);
  });

  it('lets the healer start anew and heal', async () => {
    await cluster.scaleHealer(0);
    await expect.poll(() => cluster.healerPods(), SOON).toEqual([]);
    await cluster.scaleHealer(2);
    await expect.poll(() => cluster.readyHealers(), SOON).toBe(2);
    await connections(FENCED).toEqual(FENCED);
    const [sick] = await cluster.webPods();
    if (sick?.metadata?.uid === undefined) throw new Error('no pod to make sick');
    const { uid } = sick.metadata;
    await cluster.givePolicy('auto');
    await cluster.makeSick(sick);
    await expect.poll(() => cluster.recordsAbout(uid), SOON).toEqual(expect.arrayContaining(['acted', 'resolved']));
    expect(await cluster.readyWeb()).not.toContain(uid);
  });

  it('lets helm test pass', async () => {
    const { exitCode, output } = await cluster.helm('test', 'healer', '--logs', '--timeout', '120s');
    expect([exitCode, output]).toEqual([0, expect.stringMatching(/ready, with metrics and \d+ rights/)]);
  });

  it('is what held the rest back: without it all is open again', async () => {
    await release.fence(false);
    await connections(OPEN).toEqual(OPEN);
  });
});
