import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../../src/experiment/run-record/run-record.ts';
import { waitUntil } from '../../src/runner/waiting/wait-until.ts';
import {
  CHART_PROJECT,
  eventually,
  type Finished,
  fixture,
  onlyRecord,
  openLab,
  runHealproof,
  runIn,
  startHealproof,
} from './lab.ts';
import { leftovers } from './leftovers.ts';
import { descendantsOf, killWithChildren } from './process-tree.ts';

/** Too many for every day. */
const isNightly = process.env.HEALPROOF_TEST_NIGHTLY === '1';

const witnesses = (record: RunRecord): string[] => [
  ...new Set((record.evidence.injection?.readings ?? []).map((reading) => reading.witness)),
];

async function expectPass(finished: Finished, witness: readonly string[]): Promise<void> {
  const record = onlyRecord(finished);
  expect(record.judgement).toMatchObject({ verdict: 'pass', faultProven: true, reasons: [] });
  expect(witnesses(record)).toEqual(witness);
  expect(record).toMatchObject({ leaks: [], cleanupErrors: [] });
  expect(finished.exitCode).toBe(0);
  expect(await leftovers(openLab().kube)).toEqual([]);
}

describe('faults that are not Chaos Mesh’s', () => {
  it('a Helm that is killed half-way leaves its release pending, and the run takes it back', async () => {
    const finished = await runIn(CHART_PROJECT, 'scenarios/killed-upgrade-takes-nobody-down.yaml');
    await expectPass(finished, ['release-record']);
  });

  it('a node that stands still is found out by its lease, and woken', async () => {
    await expectPass(await runHealproof(fixture('paused-node-stays-in-rotation')), ['node-lease']);
    const { kube, machines } = openLab();
    const nodes = (await kube.list({ apiVersion: 'v1', kind: 'Node' })).map((node) => node.metadata.name);
    const states = await Promise.all(nodes.map((node) => machines.state(node)));
    expect(states.every(({ running, paused }) => running && !paused)).toBe(true);
  });
});

describe('a runner that is killed with everything below it', () => {
  it('leaves no node standing still, and the janitor takes back the rest', async () => {
    const { kube, machines, clock } = openLab();
    const running = await startHealproof(fixture('paused-node-stays-in-rotation'));
    const { signal } = new AbortController();
    const every = { clock, everyMs: 200, signal };
    const pausedNode = await waitUntil(
      async () => {
        const nodes = (await kube.list({ apiVersion: 'v1', kind: 'Node' })).map((node) => node.metadata.name);
        const states = await Promise.all(nodes.map(async (node) => ({ node, ...(await machines.state(node)) })));
        const paused = states.find((state) => state.paused);
        return paused === undefined ? { done: false, seen: 'none' } : { done: true, value: paused.node };
      },
      { ...every, what: 'a node to be paused', timeoutMs: 120_000 },
    );
    for (const pid of [running.pid, ...(await descendantsOf(running.pid))]) process.kill(pid, 'SIGKILL');
    await waitUntil(
      async () =>
        (await machines.state(pausedNode)).paused ? { done: false, seen: 'paused' } : { done: true, value: 0 },
      { ...every, what: 'the node to be woken', timeoutMs: 10_000 },
    );
    await waitUntil(
      async () => {
        const left = await leftovers(kube);
        return left.length === 0 ? { done: true, value: 0 } : { done: false, seen: left.join(', ') };
      },
      { ...every, what: 'the janitor to take back the rest', timeoutMs: 90_000 },
    );
  });
});

async function withoutKubelet(): Promise<string[]> {
  const { kube, nodes } = openLab();
  const names = (await kube.list({ apiVersion: 'v1', kind: 'Node' })).map((node) => node.metadata.name);
  const states = await Promise.all(
    names.map((name) => nodes.run(name, 'systemctl show --property=ActiveState --value kubelet')),
  );
  return names.filter((_name, index) => states[index]?.stdout.trim() === 'inactive');
}

if (isNightly) describe('every other kind', everyOtherKind);

function everyOtherKind(): void {
  it.each([
    ['deleted-pod-is-replaced', ['object-read-back']],
    ['bad-image-does-not-spread', ['object-read-back']],
    ['wrong-clock-is-not-felt', ['process-clock']],
    ['drained-node-is-emptied', ['node-drained']],
    ['restarted-node-comes-back', ['node-start']],
    ['rebooted-node-comes-back', ['node-start']],
    ['stopped-kubelet-is-not-felt', ['kubelet-stopped']],
    ['two-lost-pods-are-replaced', ['object-read-back', 'pod-uid']],
  ])('bites, is witnessed and is taken back: %s', async (name, witness) => {
    await expectPass(await runHealproof(fixture(name)), witness);
  });

  it('an upgrade to an image that does not exist', async () => {
    const finished = await runIn(CHART_PROJECT, 'scenarios/bad-upgrade-takes-nobody-down.yaml');
    await expectPass(finished, ['release-record']);
  });

  it('a kubelet that was stopped is started when the runner is killed with everything below it', async () => {
    const running = await startHealproof(fixture('stopped-kubelet-is-not-felt'));
    await eventually('a kubelet to be stopped', 180_000, async () =>
      (await withoutKubelet()).length > 0 ? null : '-',
    );
    await killWithChildren(running.pid);
    await running.finished;
    await eventually('the kubelet to be started', 20_000, async () => (await withoutKubelet()).join(', ') || null);
    await eventually('the janitor to take back the rest', 120_000, async () => {
      return (await leftovers(openLab().kube)).join(', ') || null;
    });
  });

  it('a replica that nobody scales back is a refuted claim', async () => {
    const finished = await runHealproof(fixture('nobody-scales-back'));
    expect(onlyRecord(finished).judgement).toMatchObject({ verdict: 'fail', faultProven: true });
    expect(finished.exitCode).toBe(1);
  });
}
