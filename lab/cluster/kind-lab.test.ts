import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CommandError, HarnessError, PreflightError } from '../../src/errors.ts';
import { pause } from '../../src/runner/waiting/pause.ts';
import { LabWorld, nodeObject, type LabWorld as World } from '../../test/fakes/lab-world.ts';

const GIB = 1024 ** 3;

async function raised(): Promise<World> {
  const world = new LabWorld();
  await world.lab().up(world.options());
  world.changes();
  world.kube.calls.length = 0;
  return world;
}

async function refusal(work: Promise<unknown>): Promise<PreflightError> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(PreflightError);
  expect((error as PreflightError).hint).toBeDefined();
  return error as PreflightError;
}

const applies = (world: World): string[] => world.kube.calls.filter((call) => call.startsWith('apply'));

describe('bringing a lab up', () => {
  it('makes cluster and components from nothing and tells others how to reach them', async () => {
    const world = new LabWorld();
    const info = await world.lab().up(world.options());
    expect(info).toMatchObject({
      clusterName: 'healproof',
      prometheusUrl: 'http://127.0.0.1:40123',
      receiverUrl: 'http://127.0.0.1:40124',
      dockerHost: null,
      images: world.records,
    });
    expect(info.nodes.filter((node) => node.judge).map(({ name }) => name)).toEqual(['healproof-worker3']);
    expect(await world.lab().open()).toEqual(info);
    const changes = world.changes();
    expect(changes[0]).toMatch(/^kind create cluster --name healproof --image healproof\/node:1 /);
    expect(changes[1]).toMatch(/^docker update --restart=unless-stopped healproof-control-plane /);
    expect(changes[2]).toMatch(/^helm upgrade --install chaos-mesh .*--set-string images\.tag=v2\.8\.4/);
    expect(applies(world)).toEqual(
      expect.arrayContaining(
        ['prometheus', 'receiver', 'healer', 'janitor'].map((name) =>
          expect.stringMatching(new RegExp(`Deployment/.*/${name}$`)),
        ),
      ),
    );
    expect(world.progress.lines[0]).toMatch(/takes about 1 min, 2\.5 GiB of memory and 4\.0 GiB of disk/);
  });

  it("leaves the user's own kubeconfig alone", async () => {
    const world = new LabWorld();
    const { kubeconfigPath } = await world.lab().up(world.options());
    const [create] = world.programs.calls.filter(({ args }) => args[0] === 'create');
    expect(create?.args).toContain(kubeconfigPath);
    expect(create?.options.env).toHaveProperty('KUBECONFIG', undefined);
    expect(kubeconfigPath.startsWith(world.cacheDir)).toBe(true);
  });

  it('changes nothing the second time', async () => {
    const world = await raised();
    await world.lab().up(world.options());
    expect(world.changes()).toEqual([]);
    expect(applies(world)).toEqual([]);
  });

  it('brings a changed image onto the nodes and rolls out only what uses it', async () => {
    const world = await raised();
    world.rebuild('docker.io/healproof/healer:0.1.0', 'sha256:newer');
    const { images } = await world.lab().up(world.options());
    expect(world.archives).toEqual([['docker.io/healproof/healer:0.1.0']]);
    expect(world.changes()).toContain('kind load image-archive /cache/images.tar --name healproof');
    expect(applies(world).filter((call) => call.includes('Deployment'))).toEqual([
      'apply Deployment/healproof-system/healer',
    ]);
    expect(images.find(({ name }) => name.includes('healer'))?.digest).toBe('sha256:newer');
  });

  it('keeps the true record of the nodes when only their image was baked anew', async () => {
    const world = await raised();
    world.rebuild('docker.io/kindest/node:v1.34.4', 'sha256:rebaked');
    world.rebuild('docker.io/healproof/cni:0.1.0', 'sha256:newer');
    const { images } = await world.lab().up(world.options());
    expect(images.find(({ name }) => name.includes('kindest'))?.digest).toBe('sha256:node');
    expect(world.changes()).toEqual([]);
  });

  it('refuses to deploy what it has no record of', async () => {
    const world = new LabWorld();
    world.records = world.records.filter(({ name }) => !name.includes('janitor'));
    await expect(world.lab().up(world.options())).rejects.toThrow(
      /janitor runs docker\.io\/healproof\/janitor:0\.1\.0/,
    );
  });

  it('deploys again what somebody deleted', async () => {
    const world = await raised();
    await world.kube.remove({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      namespace: 'healproof-system',
      name: 'janitor',
    });
    await world.lab().up(world.options());
    expect(applies(world)).toContain('apply Deployment/healproof-system/janitor');
    expect((await world.lab().status(world.options())).state).toBe('ready');
  });

  it('removes a release that a killed helm left half-way before it installs', async () => {
    const world = new LabWorld();
    world.programs.calls.length = 0;
    const lab = world.lab();
    await lab.up(world.options());
    world.helmStatus = 'pending-install';
    await world.kube.remove({
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      namespace: 'chaos-mesh',
      name: 'chaos-daemon',
    });
    world.changes();
    await lab.up(world.options());
    expect(world.changes().map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
      'helm uninstall',
      'helm upgrade',
    ]);
  });

  it('starts nodes that the machine or a fault left stopped', async () => {
    const world = await raised();
    for (const container of world.containers) container.running = !container.name.endsWith('worker');
    for (const container of world.containers) container.paused = container.name.endsWith('worker2');
    expect((await world.lab().status(world.options())).state).toBe('stopped');
    await world.lab().up(world.options());
    expect(world.changes()).toEqual(['docker unpause healproof-worker2', 'docker start healproof-worker']);
  });

  it('waits for the API server of nodes that the engine has just started with the machine', async () => {
    const world = await raised();
    for (const container of world.containers) container.startedAtMs = world.clock.now() - 1_000;
    const answersAtMs = world.clock.now() + 40_000;
    world.kube.trouble = () => (world.clock.now() < answersAtMs ? noAnswer() : null);
    await world.lab().up(world.options());
    expect(world.changes()).toEqual([]);
    expect(world.clock.now()).toBeGreaterThanOrEqual(answersAtMs);
  });

  it('waits no longer than an API server needs', async () => {
    const world = await raised();
    for (const container of world.containers) container.startedAtMs = world.clock.now() - 100_000;
    world.kube.trouble = () => noAnswer();
    const beganMs = world.clock.now();
    expect((await refusal(world.lab().up(world.options()))).hint).toContain('up --recreate');
    expect(world.clock.now() - beganMs).toBeLessThan(25_000);
  });

  it('makes a lab anew whose making was interrupted', async () => {
    const world = new LabWorld();
    world.addCluster('healproof', join(world.cacheDir, 'labs', 'healproof', 'mark'));
    expect((await world.lab().status(world.options())).state).toBe('unfinished');
    await world.lab().up(world.options());
    const changes = world.changes();
    expect(changes[0]).toMatch(/^kind delete cluster --name healproof /);
    expect(changes[1]).toMatch(/^kind create cluster/);
  });

  it('says which command failed and what it said, and can be tried again', async () => {
    const world = new LabWorld();
    world.kindFailure = 'ERROR: failed to create cluster: out of luck';
    const error = await world
      .lab()
      .up(world.options())
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(CommandError);
    expect((error as CommandError).failure).toMatchObject({ output: expect.stringContaining('out of luck') });
    world.kindFailure = null;
    await expect(world.lab().up(world.options())).resolves.toMatchObject({ clusterName: 'healproof' });
  });

  it('does not call a lab ready in which a node never joined', async () => {
    const world = new LabWorld();
    world.absentNodes.add('healproof-worker2');
    const error = await world
      .lab()
      .up(world.options())
      .catch((thrown: unknown) => thrown);
    expect((error as HarnessError).code).toBe('WAIT_TIMEOUT');
    expect((error as HarnessError).message).toContain('healproof-worker2 has not joined');
    expect((await world.lab().status(world.options())).state).toBe('unfinished');
  });

  it.each([
    ['Prometheus', 'http://127.0.0.1:40123'],
    ['the receiver', 'http://127.0.0.1:40124'],
  ])('does not call a lab ready while %s cannot be reached', async (what, url) => {
    const world = await raised();
    world.silent = url;
    const { state, details } = await world.lab().status(world.options());
    expect(state).toBe('broken');
    expect(details).toEqual([`${what} does not answer at ${url}`]);
    expect((await refusal(world.lab().up(world.options()))).message).toContain(`${what} does not answer`);
    expect(world.containers).toHaveLength(4);
  });

  it.each([
    ['a node is gone', (world: World) => world.containers.pop()],
    ['the API server is dead', (world: World) => (world.kube.trouble = () => noAnswer())],
  ])('refuses to replace a lab unasked when %s, and does so when told to', async (_what, breakIt) => {
    const world = await raised();
    breakIt(world);
    expect((await world.lab().status(world.options())).state).toBe('broken');
    expect((await refusal(world.lab().up(world.options()))).hint).toContain('up --recreate');
    expect(world.changes()).toEqual([]);
    await world.lab().up({ ...world.options(), recreate: true });
    expect((await world.lab().status(world.options())).state).toBe('ready');
  });

  it('notices that the kind configuration was changed', async () => {
    const world = await raised();
    const text = readFileSync(world.kindConfig, 'utf8').replaceAll('zone-b', 'zone-x');
    world.kindConfig = join(world.cacheDir, 'kind-config.yaml');
    writeFileSync(world.kindConfig, text.replace('lab/deploy/audit-policy.yaml', 'kind-config.yaml'));
    expect((await refusal(world.lab().up(world.options()))).message).toContain('configuration or Kubernetes changed');
  });
});

function noAnswer(): Error {
  return new (class extends HarnessError {
    readonly code = 'KUBERNETES';
  })('no answer from https://127.0.0.1:6443');
}

describe('a machine that is not fit', () => {
  it.each([
    ['memory', (world: World) => (world.host.memoryBytes = GIB), /needs 2\.5 GiB of memory, 1\.0 GiB are available/],
    [
      'disk',
      (world: World) => (world.host.diskBytes = GIB),
      /needs 4\.0 GiB of disk, 1\.0 GiB are free under \/var\/lib/,
    ],
    ['inotify', (world: World) => (world.host.inotifyLeft = 50), /needs 76 inotify instances, 50 of 1024 are left/],
    [
      'images',
      (world: World) => {
        world.needs = { isReady: false, seconds: 900, diskBytes: 20 * GIB, memoryBytes: 4 * GIB };
        world.host.diskBytes = 5 * GIB;
      },
      /getting the images needs 20\.0 GiB of disk, 5\.0 GiB are free/,
    ],
  ])('is told in one sentence before anything is made: %s', async (_what, prepare, words) => {
    const world = new LabWorld();
    prepare(world);
    expect((await refusal(world.lab().up(world.options()))).message).toMatch(words);
    expect(world.changes()).toEqual([]);
  });

  it('is told which port of its own configuration is taken', async () => {
    const world = new LabWorld();
    const text = readFileSync(world.kindConfig, 'utf8').replace('hostPort: 0', 'hostPort: 30990');
    world.kindConfig = join(world.cacheDir, 'kind-config.yaml');
    writeFileSync(world.kindConfig, text.replace('lab/deploy/audit-policy.yaml', 'kind-config.yaml'));
    world.host.busyPorts.add(30990);
    const error = await refusal(world.lab().up(world.options()));
    expect(error.message).toBe('port 30990 of 127.0.0.1 is in use');
    expect(error.hint).toContain('hostPort: 0');
    expect(world.changes()).toEqual([]);
  });
});

describe("somebody else's cluster of the same name", () => {
  it.each(['up', 'down'] as const)('is never touched by %s', async (verb) => {
    const world = new LabWorld();
    world.addCluster('healproof', null);
    const error = await refusal(world.lab()[verb]({ ...world.options(), recreate: true, force: true }));
    expect(error.message).toMatch(/a kind cluster named healproof exists that healproof did not make/);
    expect(error.hint).toContain('--cluster NAME');
    expect(world.changes()).toEqual([]);
    expect((await world.lab().status(world.options())).state).toBe('foreign');
  });

  it('may be a lab of another cache folder, which is named', async () => {
    const world = new LabWorld();
    world.addCluster('healproof', '/other/labs/healproof/mark');
    expect((await refusal(world.lab().up(world.options()))).message).toContain('/other/labs/healproof/mark');
    expect(world.changes()).toEqual([]);
  });
});

describe('a lab with a run in progress', () => {
  async function running(): Promise<World> {
    const world = await raised();
    const renewTime = new Date(world.clock.now() - 2_000).toISOString();
    world.kube.seed({
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { namespace: 'healproof-system', name: 'healproof-run' },
      spec: { holderIdentity: 'run-7', renewTime },
    });
    return world;
  }

  it('is not torn down unless the user insists', async () => {
    const world = await running();
    expect((await world.lab().status(world.options())).runInProgress).toBe('run-7');
    expect((await refusal(world.lab().down(world.options()))).message).toBe('run run-7 is using this lab');
    await world.lab().down({ ...world.options(), force: true });
    expect(world.containers).toEqual([]);
  });

  it('is torn down when its run has long stopped renewing', async () => {
    const world = await running();
    await world.clock.sleep(60_000);
    await world.lab().down(world.options());
    expect(world.containers).toEqual([]);
  });

  it('is not torn down where the clock of its run is slow: the run is seen to renew', async () => {
    const world = await running();
    const stop = new AbortController();
    const renewing = renewEvery(world, 2_000, stop.signal);
    expect((await world.lab().status(world.options())).runInProgress).toBe('run-7');
    expect((await refusal(world.lab().down(world.options()))).message).toBe('run run-7 is using this lab');
    stop.abort();
    await renewing;
  });

  async function renewEvery(world: World, ms: number, signal: AbortSignal): Promise<void> {
    for (; !signal.aborted; await pause(world.clock, ms, signal)) {
      const lease = world.kube.objects.get('Lease/healproof-system/healproof-run');
      const renewTime = new Date(world.clock.now() - 3_600_000).toISOString();
      if (lease !== undefined) world.kube.seed({ ...lease, spec: { holderIdentity: 'run-7', renewTime } });
    }
  }

  it('keeps its nodes as the run wants them', async () => {
    const world = await running();
    for (const container of world.containers) container.paused = container.name.endsWith('worker2');
    expect((await refusal(world.lab().up(world.options()))).message).toBe('run run-7 is using this lab');
    expect(world.changes()).toEqual([]);
  });
});

describe('removing a lab', () => {
  it('leaves no container, no network and no file', async () => {
    const world = await raised();
    expect(await world.lab().down(world.options())).toEqual(['The lab healproof and its 4 nodes are gone.']);
    expect(world.changes().map((line) => line.split(' ').slice(0, 3).join(' '))).toEqual([
      'docker rm --force',
      'docker network rm',
    ]);
    expect(existsSync(join(world.cacheDir, 'labs', 'healproof'))).toBe(false);
    await expect(world.lab().open()).rejects.toThrow('there is no lab named healproof');
  });

  it("keeps the network while another kind cluster uses it, and that cluster's nodes", async () => {
    const world = await raised();
    world.addCluster('other', null);
    await world.lab().down(world.options());
    expect(world.changes().some((line) => line.startsWith('docker network rm'))).toBe(false);
    expect(world.containers.map(({ cluster }) => cluster)).toEqual(['other', 'other', 'other', 'other']);
  });

  it('is fine when there is none, or no engine', async () => {
    const world = new LabWorld();
    expect(await world.lab().down(world.options())).toEqual(['There is no lab named healproof.']);
    world.hasEngine = false;
    expect(await world.lab().down(world.options())).toEqual(['No container engine is running, so there is no lab.']);
    expect((await world.lab().status(world.options())).state).toBe('absent');
  });

  it('removes images and cache only when asked to', async () => {
    const world = await raised();
    expect(await world.lab().down({ ...world.options(), all: true })).toContain('The images are gone.');
  });
});

it('sees a node that is not Ready', async () => {
  const world = await raised();
  world.kube.seed(nodeObject('healproof-worker', false));
  expect(await world.lab().status(world.options())).toMatchObject({
    state: 'broken',
    details: ['healproof-worker not Ready'],
  });
});
