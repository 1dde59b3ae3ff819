import type { V1Pod } from '@kubernetes/client-node';
import { IMAGE, LABELS, type PlainClusterDriver, SHOP } from './plain-cluster.ts';

/** Who connects → `name:port` of whom it connects to → how that ended: `open`, `blocked`, or an error that is neither. */
export type Connections = Readonly<Record<string, Readonly<Record<string, string>>>>;

const PORTS = [6443, 9090];
/** Takes connections on every port, whoever it is. */
const LISTEN = `for (const port of [${PORTS}]) require('net').createServer((socket) => socket.end()).listen(port);`;
/** Refused and unanswered are one: some networks drop what is not allowed, and no kernel answers every refused attempt. */
const CONNECT = `
const attempt = (address) => new Promise((resolve) => {
  const [host, port] = address.split(':');
  const socket = require('net').connect({ host, port: Number(port), timeout: 4000 });
  const end = (how) => resolve([address, how, socket.destroy()]);
  socket.on('connect', () => end('open')).on('timeout', () => end('blocked'));
  socket.on('error', ({ code }) => end(code === 'ECONNREFUSED' ? 'blocked' : code));
});
Promise.all(process.argv.slice(1).map(attempt)).then((ends) => console.log(JSON.stringify(Object.fromEntries(ends))));`;

/** Pods beside the workload, by the name in their label `app`, and who of all pods reaches whom. */
export class Neighbours {
  readonly #cluster: PlainClusterDriver;

  constructor(cluster: PlainClusterDriver) {
    this.#cluster = cluster;
  }

  async start(...names: readonly string[]): Promise<void> {
    for (const name of names) {
      const readinessProbe = { tcpSocket: { port: PORTS[0] ?? 0 }, periodSeconds: 1 };
      const main = { name: 'main', image: IMAGE, command: ['node', '-e', LISTEN], readinessProbe };
      const spec = { terminationGracePeriodSeconds: 1, containers: [main] };
      const body = { metadata: { name, labels: { app: name } }, spec };
      await this.#cluster.core.createNamespacedPod({ namespace: SHOP, body });
    }
  }

  /** Tries every connection of a table once, all of one pod's at the same time; each is a new one. */
  async connect(table: Connections): Promise<Connections> {
    const pods = await this.#pods();
    const rows: [string, Readonly<Record<string, string>>][] = [];
    for (const [from, ends] of Object.entries(table)) rows.push([from, await this.#attempts(from, ends, pods)]);
    return Object.fromEntries(rows);
  }

  /** A policy that lets nothing into the workload's pods, or its end. */
  async denyAll(isOn: boolean): Promise<void> {
    const at = { namespace: SHOP, name: 'deny-all' };
    const spec = { podSelector: { matchLabels: LABELS }, policyTypes: ['Ingress'] };
    const { networking } = this.#cluster;
    if (isOn) await networking.createNamespacedNetworkPolicy({ ...at, body: { metadata: { name: at.name }, spec } });
    else await networking.deleteNamespacedNetworkPolicy(at);
  }

  async #attempts(from: string, ends: Readonly<Record<string, string>>, pods: ReadonlyMap<string, V1Pod>) {
    const pod = pods.get(from);
    if (pod === undefined) return { [from]: 'is not there' };
    const addresses = Object.keys(ends).map((end) => {
      const [name = '', port] = end.split(':');
      return [end, `${pods.get(name)?.status?.podIP ?? name}:${port}`] as const;
    });
    const tried = addresses.map(([, address]) => address);
    const said = JSON.parse(await this.#cluster.inPod(pod, 'node', '-e', CONNECT, ...tried)) as Record<string, string>;
    return Object.fromEntries(addresses.map(([end, address]) => [end, said[address] ?? 'not tried']));
  }

  /** One pod of each name. */
  async #pods(): Promise<ReadonlyMap<string, V1Pod>> {
    const [healer] = await this.#cluster.healerPods();
    const { items } = await this.#cluster.core.listNamespacedPod({ namespace: SHOP });
    const named = items.map((pod) => [pod.metadata?.labels?.app ?? '', pod] as const);
    return new Map([...named, ...(healer === undefined ? [] : [['healer', healer] as const])]);
  }
}
