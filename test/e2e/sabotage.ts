import type { RunnerPorts } from '../../src/runner/ports.ts';
import { eventually } from './lab.ts';

const PROMETHEUS = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  namespace: 'healproof-monitoring',
  name: 'prometheus',
} as const;

/** Scales Prometheus to zero while the work runs. */
export async function withPrometheusGone<T>({ kube, metrics }: RunnerPorts, work: () => Promise<T>): Promise<T> {
  await kube.scale(PROMETHEUS, 0);
  try {
    await eventually('Prometheus to be gone', 60_000, async () => {
      const sample = await metrics.sample('vector(1)', Date.now());
      return sample.problem === 'QUERY_FAILED' ? null : 'it still answers';
    });
    return await work();
  } finally {
    await kube.scale(PROMETHEUS, 1);
    await eventually('Prometheus to answer and to scrape again', 120_000, async () => {
      const sample = await metrics.sample('min(up{job="healer"})', Date.now());
      return sample.value === 1 ? null : (sample.detail ?? `the healer is ${sample.value}`);
    });
  }
}

const HELPER = '/usr/local/bin/memStress';

/** Takes Chaos Mesh's memory stressor out of every daemon while the work runs; the injector then reports a false success. */
export async function withoutMemoryHelper<T>({ kube, nodes }: RunnerPorts, work: () => Promise<T>): Promise<T> {
  const daemons = await kube.list({
    apiVersion: 'v1',
    kind: 'Pod',
    namespace: 'chaos-mesh',
    labelSelector: 'app.kubernetes.io/component=chaos-daemon',
  });
  const move = async (from: string, to: string): Promise<void> => {
    for (const daemon of daemons) {
      const { nodeName } = daemon.spec as { nodeName: string };
      const answer = await nodes.run(nodeName, inDaemon(`mv ${from} ${to}`));
      if (answer.exitCode !== 0) throw new Error(`${nodeName}: ${answer.stderr}`);
    }
  };
  await move(HELPER, `${HELPER}.away`);
  try {
    return await work();
  } finally {
    await move(`${HELPER}.away`, HELPER);
  }
}

/** Runs a command in the file system of the chaos daemon on a node. */
function inDaemon(command: string): string {
  return `pid=$(pgrep -o -x chaos-daemon) && nsenter -t "$pid" -m ${command}`;
}
