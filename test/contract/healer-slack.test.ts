import { CustomObjectsApi } from '@kubernetes/client-node';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Messages } from '../../lab/receiver/src/receiver.ts';
import { findPrograms } from '../real-cluster/api-server.ts';
import { HealerProcess } from '../real-cluster/healer-process.ts';
import { type Shop, ShopCluster } from '../real-cluster/shop-cluster.ts';
import { PLANTED, SlackReceiver } from '../real-cluster/slack-receiver.ts';

const programs = findPrograms();
const skip = typeof programs === 'string';
if (typeof programs === 'string') process.stderr.write(`what a healer process tells Slack is left out: ${programs}\n`);

const LEASE = {
  HEALER_LEASE_DURATION: '4s',
  HEALER_LEASE_RENEW_DEADLINE: '1900ms',
  HEALER_LEASE_RETRY_PERIOD: '300ms',
  HEALER_SHARDS: '1',
};
const PATIENCE = { timeout: 40_000, interval: 100 };
const ALL = ['opened', 'acted', 'resolved'];

describe.skipIf(skip)('a healer that runs tells Slack', () => {
  let cluster: ShopCluster;
  let shop: Shop;
  let slack: SlackReceiver;
  let healers: HealerProcess[];

  beforeAll(async () => {
    if (typeof programs !== 'string') cluster = await ShopCluster.start(programs);
  });
  afterAll(() => cluster.stop());

  beforeEach(async () => {
    healers = [];
    shop = await cluster.openShop();
    slack = await SlackReceiver.start();
    await expect.poll(() => cluster.isWhole(shop), PATIENCE).toBe(true);
  });
  afterEach(async () => {
    for (const healer of healers) await healer.kill();
    await slack.stop();
    await cluster.closeShop(shop);
  });

  async function startHealer(name: string): Promise<HealerProcess> {
    const environment = await cluster.healerEnvironment(shop, name, cluster.server.url, 'admin-token');
    const settings = { HEALER_SLACK_WEBHOOK_FILE: slack.webhookFile, HEALER_SLACK_TIMEOUT: '1s' };
    const healer = new HealerProcess({ ...environment, ...LEASE, ...settings });
    healers.push(healer);
    await expect.poll(async () => (await healer.get('/readyz'))?.status, PATIENCE).toBe(200);
    return healer;
  }

  /** Makes a replica sick, waits until it is gone and says which it was. On a busy machine others may look sick too. */
  async function loseOne(): Promise<string> {
    const { metadata: sick } = await cluster.makeSick(shop);
    const isGone = (): boolean => cluster.podsOf(shop.namespace).every(({ metadata }) => metadata?.uid !== sick?.uid);
    await expect.poll(isGone, { ...PATIENCE, interval: 10 }).toBe(true);
    return sick?.name ?? '';
  }

  async function healOne(): Promise<string> {
    const name = await loseOne();
    await expect.poll(() => cluster.isWhole(shop), PATIENCE).toBe(true);
    return name;
  }

  const messagesAbout = async (name: string): Promise<Messages['messages']> =>
    (await slack.messages()).filter(({ about }) => about.name === name);

  const transitions = async (name: string): Promise<string[]> =>
    (await messagesAbout(name)).map(({ transition }) => transition);

  /** What is noted on the Remediations of a pod. */
  async function noted(pod: string): Promise<unknown[]> {
    const custom = cluster.server.kubeConfig().makeApiClient(CustomObjectsApi);
    const at = { group: 'healproof.dev', version: 'v1alpha1', plural: 'remediations', namespace: shop.namespace };
    const { items } = await custom.listNamespacedCustomObject(at);
    const all = items as { spec: { target: { name: string } }; status?: { notified?: string[] } }[];
    return all.filter(({ spec }) => spec.target.name === pod).map(({ status }) => status?.notified);
  }

  it('once of each step, about whom and which incident, and says its address nowhere', async () => {
    const healer = await startHealer('healer-0');
    await slack.behave({ answer: 'error' });
    const pod = await healOne();
    await expect.poll(() => transitions(pod), PATIENCE).toEqual(ALL);
    await expect.poll(() => noted(pod), PATIENCE).toEqual([ALL]);
    const messages = await messagesAbout(pod);
    const [{ incident } = { incident: '' }] = messages;
    expect(incident).toMatch(/^[0-9a-f]{12}$/);
    for (const message of messages) {
      expect(message).toMatchObject({ incident, about: { namespace: shop.namespace, kind: 'Pod' } });
    }
    const metrics = (await healer.get('/metrics'))?.text ?? '';
    expect(metrics).toMatch(/healer_notifications_total{outcome="sent"} \d/);
    expect(metrics).toMatch(/healer_notifications_total{outcome="failed"} 1/);
    expect(metrics).toMatch(/healer_notification_seconds_count \d/);
    const events = await cluster.core.listNamespacedEvent({ namespace: shop.namespace });
    const said = JSON.stringify([healer.lines, healer.complaints, metrics, events.items, messages]);
    expect(said).toContain('people could not be told: Slack answered 500');
    expect(said).not.toContain(PLANTED);
  });

  it('without waiting for it: nobody answers, it heals, and they are told later', async () => {
    await slack.behave({ answer: 'hang', requests: 1_000, forMs: 120_000 });
    const healer = await startHealer('healer-0');
    const pod = await healOne();
    expect(await slack.messages()).toEqual([]);
    expect((await healer.get('/metrics', 5_000))?.text).toMatch(/healer_notification_queue_depth [1-9]/);
    await slack.behave({ answer: 'ok' });
    await expect.poll(() => transitions(pod), PATIENCE).toEqual(ALL);
  });

  it('not before it asked to be told again', async () => {
    await slack.behave({ answer: 'too-many-requests', retryAfterSeconds: 3 });
    const healer = await startHealer('healer-0');
    const pod = await healOne();
    await expect.poll(() => transitions(pod), PATIENCE).toEqual(ALL);
    const [first] = await slack.messages();
    const refused = healer.lines.find(({ msg }) => msg?.includes('Slack answered 429'));
    expect((first?.receivedAtMs ?? 0) - Number(refused?.atMs)).toBeGreaterThanOrEqual(2_900);
  });

  it('what one that was killed did and could not tell any more, once', async () => {
    await slack.behave({ answer: 'hang', requests: 1_000, forMs: 120_000 });
    const killed = await startHealer('healer-0');
    const pod = await loseOne();
    await killed.kill();
    expect(await slack.messages()).toEqual([]);
    await slack.behave({ answer: 'ok' });
    await startHealer('healer-0');
    await expect.poll(() => noted(pod), PATIENCE).toEqual([ALL]);
    expect(await transitions(pod)).toEqual(ALL);
    expect(new Set((await messagesAbout(pod)).map(({ incident }) => incident)).size).toBe(1);
  });

  it('nothing again after a restart', async () => {
    const first = await startHealer('healer-0');
    const before = await healOne();
    await expect.poll(() => noted(before), PATIENCE).toEqual([ALL]);
    await first.kill();
    await startHealer('healer-1');
    const after = await healOne();
    await expect.poll(() => transitions(after), PATIENCE).toEqual(ALL);
    expect(await transitions(before)).toEqual(ALL);
  });

  it('once when two of it run', async () => {
    await startHealer('healer-0');
    await startHealer('healer-1');
    for (const pod of [await healOne(), await healOne()]) {
      await expect.poll(() => noted(pod), PATIENCE).toEqual([ALL]);
      expect(await transitions(pod)).toEqual(ALL);
    }
  });

  it('nothing where no webhook is named, and says so once', async () => {
    const environment = await cluster.healerEnvironment(shop, 'healer-0', cluster.server.url, 'admin-token');
    const healer = new HealerProcess({ ...environment, ...LEASE });
    healers.push(healer);
    const pod = await healOne();
    expect(healer.lines.filter(({ msg }) => msg?.startsWith('nobody is told of incidents'))).toHaveLength(1);
    expect(await noted(pod)).toEqual([undefined]);
  });
});
