import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HEALER_CHART } from '../real-cluster/render-chart.ts';
import { PlainClusterDriver, SHOP } from './plain-cluster.ts';
import { tellInOrder } from './story.ts';

const SOON = { timeout: 170_000, interval: 500 };
const VALUES = ['--set', `namespaces={${SHOP}}`, '--set', 'image.pullPolicy=Never'];

/** One story, told in order: a cluster without Chaos Mesh, Prometheus or anything else of healproof. */
describe('the healer’s chart alone', () => {
  const cluster = new PlainClusterDriver();
  let before: Set<string>;

  beforeAll(() => cluster.open());
  afterAll(() => cluster.clear());
  tellInOrder(() => cluster.picture());

  const helmTest = () => cluster.helm('test', 'healer', '--logs', '--timeout', '120s');

  it('is installed on a cluster with a workload, and gets ready', async () => {
    await expect.poll(() => cluster.readyWeb(), SOON).toHaveLength(3);
    before = await cluster.inventory();
    const foreign = /^(Namespace|CustomResourceDefinition|Deployment) .*(healproof|chaos-mesh|monitoring)/;
    expect([...before].filter((line) => foreign.test(line))).toEqual([]);
    const installed = await cluster.helm('install', 'healer', HEALER_CHART, ...VALUES, '--wait', '--timeout', '170s');
    expect(installed.output).toContain('STATUS: deployed');
    // Helm waits for as many as the Deployment may not do without.
    await expect.poll(() => cluster.readyHealers(), SOON).toBe(2);
  });

  it('passes helm test, which says what it asked about', async () => {
    expect(await helmTest()).toEqual({
      exitCode: 0,
      output: expect.stringMatching(/ready, with metrics and \d+ rights/),
    });
  });

  it('only says what it would do where it may only advise, then replaces the pod that is not Ready', async () => {
    const [sick] = await cluster.webPods();
    if (sick?.metadata?.uid === undefined) throw new Error('no pod to make sick');
    const { uid } = sick.metadata;
    await cluster.givePolicy('advise');
    await cluster.makeSick(sick);
    await expect.poll(() => cluster.recordsAbout(uid), SOON).toContain('refused DryRun');
    expect(await cluster.readyWeb()).not.toContain(uid);
    expect((await cluster.webPods()).map(({ metadata }) => metadata?.uid)).toContain(uid);
    await cluster.letItAct();
    await expect.poll(() => cluster.readyWeb(), SOON).toHaveLength(3);
    expect((await cluster.webPods()).map(({ metadata }) => metadata?.uid)).not.toContain(uid);
    await expect.poll(() => cluster.recordsAbout(uid), SOON).toEqual(expect.arrayContaining(['acted', 'resolved']));
  });

  it('fails helm test without a replica', async () => {
    await cluster.scaleHealer(0);
    await expect.poll(() => cluster.readyHealers(), SOON).toBe(0);
    const { exitCode, output } = await helmTest();
    expect([exitCode, output]).toEqual([1, expect.stringMatching(/failed/i)]);
    await cluster.scaleHealer(2);
    await expect.poll(() => cluster.readyHealers(), SOON).toBe(2);
  });

  it('fails helm test without its rights, and an upgrade gives them back', async () => {
    await cluster.takeRightsAway();
    const { exitCode, output } = await helmTest();
    expect(exitCode).toBe(1);
    expect(output).toContain(`the healer may not create pods/eviction in namespace ${SHOP}`);
    expect(
      (await cluster.helm('upgrade', 'healer', HEALER_CHART, ...VALUES, '--wait', '--timeout', '170s')).exitCode,
    ).toBe(0);
    expect((await helmTest()).exitCode).toBe(0);
  });

  it('leaves nothing but its custom resource definitions when it is uninstalled', async () => {
    expect((await cluster.inventory()).size).toBeGreaterThan(before.size + 15);
    expect((await cluster.helm('uninstall', 'healer', '--wait', '--timeout', '170s')).exitCode).toBe(0);
    const left = async () => [...(await cluster.inventory())].filter((line) => !before.has(line)).sort();
    const ofTheDefinitions =
      /^(APIService v1alpha1\.|CustomResourceDefinition \w+\.)healproof\.dev$|^(HealingPolicy|Remediation) shop\//;
    await expect.poll(async () => (await left()).filter((line) => !ofTheDefinitions.test(line)), SOON).toEqual([]);
    expect(await left()).toContain('CustomResourceDefinition healingpolicies.healproof.dev');
  });
});
