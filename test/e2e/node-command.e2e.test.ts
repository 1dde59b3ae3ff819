import { chmod, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { eventually, fixture, onlyRecord, openLab, runIn, startIn } from './lab.ts';
import { leftovers } from './leftovers.ts';
import { killWithChildren } from './process-tree.ts';

/** Too slow for every day. */
const isNightly = process.env.HEALPROOF_TEST_NIGHTLY === '1';
const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** A site whose machines happen to be containers, which healproof is not told. */
const power = (docker: string, host: string): string => `#!/bin/bash
export DOCKER_HOST=${host}
echo "$*" >>calls
paused() { [ "$('${docker}' inspect --format '{{.State.Paused}}' "$1")" = true ]; }
case $1 in
  off) '${docker}' pause "$2" ;;
  on) if paused "$2"; then '${docker}' unpause "$2"; fi ;;
  is-off) paused "$2" ;;
esac
`;
const CONFIG = `nodeCommands:
  deadline: 20s
  pause:
    do: [./power, "off", "{node}"]
    undo: [./power, "on", "{node}"]
    check: [./power, is-off, "{node}"]
`;

let project: string;
beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), 'healproof-power-'));
  const { docker, dockerHost = '' } = inject('access');
  await writeFile(join(project, 'healproof.yaml'), CONFIG);
  await writeFile(join(project, 'power'), power(docker, dockerHost));
  await chmod(join(project, 'power'), 0o755);
  for (const folder of ['steady-state', 'workloads']) await symlink(join(ROOT, folder), join(project, folder));
});
afterEach(() => rm(project, { recursive: true }));

const calls = (): Promise<string> => readFile(join(project, 'calls'), 'utf8');

async function pausedNodes(): Promise<string[]> {
  const { kube, machines } = openLab();
  const nodes = (await kube.list({ apiVersion: 'v1', kind: 'Node' })).map(({ metadata }) => metadata.name);
  const states = await Promise.all(nodes.map(async (node) => ({ node, ...(await machines.state(node)) })));
  return states.filter(({ paused }) => paused).map(({ node }) => node);
}

describe.runIf(isNightly)('a node that is paused by a command of the user’s', () => {
  it('is found out by its lease, seen to stand still all along, and brought back', async () => {
    const finished = await runIn(project, fixture('paused-node-stays-in-rotation'));
    const record = onlyRecord(finished);
    expect(record.judgement).toMatchObject({ verdict: 'pass', faultProven: true, reasons: [] });
    expect(record).toMatchObject({ leaks: [], cleanupErrors: [] });
    expect(await calls()).toMatch(/^off (\S+)\n(is-off \1\n)+on \1\n/m);
    expect([await pausedNodes(), await leftovers(openLab().kube)]).toEqual([[], []]);
  });

  it('is brought back by the dead man when the run is killed with everything below it', async () => {
    const running = await startIn(project, [fixture('paused-node-stays-in-rotation')]);
    await eventually('a node to stand still', 180_000, async () => ((await pausedNodes()).length > 0 ? null : 'none'));
    await killWithChildren(running.pid);
    await running.finished;
    await eventually('the node to be brought back', 20_000, async () => (await pausedNodes()).join(', ') || null);
    await eventually('the janitor to take back the rest', 120_000, async () => {
      return (await leftovers(openLab().kube)).join(', ') || null;
    });
  });
});
