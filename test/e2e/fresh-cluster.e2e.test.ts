import { readdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { inotifyNeeds } from '../../lab/cluster/preflight.ts';
import { LocalHost } from '../../src/adapters/host/local-host.ts';
import { run } from '../../src/adapters/process/command.ts';
import { eventually, onlyRecord, type RunningHealproof, runHealproof, scenario, startHealproof } from './lab.ts';
import { killWithChildren } from './process-tree.ts';

/** It takes minutes. */
const isNightly = process.env.HEALPROOF_TEST_NIGHTLY === '1';
const FRESH = scenario('deleted-pod-is-replaced-on-one-worker');
const LONG_MS = 900_000;

/** Names of clusters that were made for one run each, by the engine's own word. */
async function freshClusters(): Promise<string[]> {
  const { docker, dockerHost } = inject('access');
  const format = '{{.Label "io.x-k8s.kind.cluster"}}';
  const args = ['ps', '-a', '--filter', 'label=io.x-k8s.kind.cluster', '--format', format];
  const { stdout } = await run(docker, args, { env: { DOCKER_HOST: dockerHost } });
  return [...new Set(stdout.split('\n').filter((name) => /^healproof-\d{8}-/.test(name)))];
}

/** Files in the cache that belong to such clusters. */
async function freshFiles(): Promise<string[]> {
  const labs = dirname(dirname(inject('access').kubeconfigPath));
  return (await readdir(labs)).filter((name) => /^healproof-\d{8}-/.test(name));
}

async function left(): Promise<string[]> {
  return [...(await freshClusters()), ...(await freshFiles())];
}

async function beingMade(): Promise<RunningHealproof> {
  const running = await startHealproof(FRESH);
  let hasEnded = false;
  void running.finished.then(() => (hasEnded = true));
  await eventually('the first node', 240_000, async () => {
    if ((await freshClusters()).length > 0) return null;
    if (hasEnded) throw new Error('the run ended before its cluster was begun');
    return 'no node yet';
  });
  return running;
}

async function hasRoom(): Promise<boolean> {
  const inotify = await new LocalHost().inotify();
  return inotify === null || inotify.limit - inotify.used >= inotifyNeeds(2);
}

describe.runIf(isNightly)('a scenario with a cluster of its own', () => {
  afterEach(async () => expect(await left()).toEqual([]));

  it(
    'runs there, and nothing is left; where there is no room it is skipped and says so',
    async (context) => {
      const finished = await runHealproof(FRESH);
      const record = onlyRecord(finished);
      if (record.skippedBecause !== null) {
        expect(record.skippedBecause).toMatch(/^no room for a cluster of its own: a cluster of 2 nodes needs /);
        expect(finished.exitCode).toBe(3);
        context.skip(record.skippedBecause);
      }
      expect(record.judgement).toMatchObject({ verdict: 'pass', faultProven: true, reasons: [] });
      expect(record.evidence.audit.source).toBe('api-server');
      expect(record).toMatchObject({ leaks: [], cleanupErrors: [] });
      expect(finished.exitCode).toBe(0);
    },
    LONG_MS,
  );

  it(
    'goes with the run that is stopped while it is being made',
    async (context) => {
      context.skip(!(await hasRoom()), 'no room for another cluster');
      const running = await beingMade();
      running.kill('SIGINT');
      const finished = await running.finished;
      expect(onlyRecord(finished).evidence.status).toBe('interrupted');
      expect(finished.exitCode).toBe(130);
    },
    LONG_MS,
  );

  it(
    'goes with the run that is killed with everything below it while it is being made',
    async (context) => {
      context.skip(!(await hasRoom()), 'no room for another cluster');
      const running = await beingMade();
      await killWithChildren(running.pid);
      await running.finished;
      await eventually('the cluster to go', 120_000, async () => (await left()).join(', ') || null);
    },
    LONG_MS,
  );
});
