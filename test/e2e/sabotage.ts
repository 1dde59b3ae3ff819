import type { RunnerPorts } from '../../src/ports/runner-ports.ts';
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

/** Found before the real one. Links its chain as told, says that it failed, and does nothing in that pod from then on. */
const LIAR = '/usr/local/sbin/iptables';
const LIAR_SCRIPT = `#!/bin/sh
mark=/tmp/told-$(readlink /proc/self/ns/net | tr -dc 0-9)
if [ -e "$mark" ]; then echo "no more of this" >&2; exit 1; fi
case "$*" in *"-A CHAOS-INPUT -j"*) touch "$mark"; /usr/sbin/iptables "$@"; echo "it went wrong" >&2; exit 1;; esac
exec /usr/sbin/iptables "$@"
`;

/** Every daemon of Chaos Mesh reports a failed partition although the rules are in, while the work runs. */
export async function withInjectorThatDeniesSuccess<T>(ports: RunnerPorts, work: () => Promise<T>): Promise<T> {
  const script = Buffer.from(LIAR_SCRIPT).toString('base64');
  await inEveryDaemon(
    ports,
    `sh -c 'mkdir -p /usr/local/sbin; echo ${script} | base64 -d > ${LIAR}; chmod 755 ${LIAR}'`,
  );
  try {
    return await work();
  } finally {
    await inEveryDaemon(ports, `sh -c 'rm -f ${LIAR} /tmp/told-*'`);
  }
}

/** Takes Chaos Mesh's memory stressor out of every daemon while the work runs; the injector then reports a false success. */
export async function withoutMemoryHelper<T>(ports: RunnerPorts, work: () => Promise<T>): Promise<T> {
  await inEveryDaemon(ports, `mv ${HELPER} ${HELPER}.away`);
  try {
    return await work();
  } finally {
    await inEveryDaemon(ports, `mv ${HELPER}.away ${HELPER}`);
  }
}

async function inEveryDaemon({ kube, nodes }: RunnerPorts, command: string): Promise<void> {
  const daemons = await kube.list({
    apiVersion: 'v1',
    kind: 'Pod',
    namespace: 'chaos-mesh',
    labelSelector: 'app.kubernetes.io/component=chaos-daemon',
  });
  for (const daemon of daemons) {
    const { nodeName } = daemon.spec as { nodeName: string };
    const answer = await nodes.run(nodeName, inDaemon(command));
    if (answer.exitCode !== 0) throw new Error(`${nodeName}: ${answer.stderr}`);
  }
}

/** Runs a command in the file system of the chaos daemon on a node. */
function inDaemon(command: string): string {
  return `pid=$(pgrep -o -x chaos-daemon) && nsenter -t "$pid" -m ${command}`;
}
