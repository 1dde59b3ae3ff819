import type { NodeTarget, PodTarget, Target } from '../../experiment/evidence/evidence.ts';
import type { Kube } from '../../ports/kube.ts';
import type { MetricsSource } from '../../ports/metrics-source.ts';
import type { NodeCommands } from '../../ports/node-commands.ts';
import type { NodeMachines } from '../../ports/node-machines.ts';
import type { NodeShell } from '../../ports/node-shell.ts';
import type { Witness, Witnesses, WitnessSubject } from '../../ports/witness.ts';
import type { ChaosMeshFault, NodeFault } from '../../scenario/model/fault.ts';
import { allOf } from './all-of.ts';
import { parseBytes } from './bytes.ts';
import { clockWitness } from './clock-witness.ts';
import { partitionWitness, qdiscWitness } from './network-witness.ts';
import { drainWitness, restartWitness, silenceWitness } from './node-witness.ts';
import { objectWitness } from './object-witness.ts';
import { containerWasRestarted, imageWasSwapped, podIsGone, podWitness } from './pod-witness.ts';
import { queryWitness } from './query-witness.ts';
import { releaseWitness } from './release-witness.ts';
import { cpuWitness, memoryWitness } from './stress-witness.ts';

const NETEM_ACTIONS = ['netem', 'delay', 'loss', 'duplicate', 'corrupt', 'reorder'];

/** Where witnesses look. */
export interface Sources {
  readonly kube: Kube;
  readonly shell: NodeShell;
  readonly machines: NodeMachines;
  readonly commands: NodeCommands;
  readonly metrics: MetricsSource;
}

/** Which independent witness sees which fault. A fault without one can never count as proven. */
export class ClusterWitnesses implements Witnesses {
  readonly #kube: Kube;
  readonly #shell: NodeShell;
  readonly #machines: NodeMachines;
  readonly #commands: NodeCommands;
  readonly #metrics: MetricsSource;

  constructor({ kube, shell, machines, commands, metrics }: Sources) {
    this.#kube = kube;
    this.#shell = shell;
    this.#machines = machines;
    this.#commands = commands;
    this.#metrics = metrics;
  }

  /** Ours where we have one, the author's where there is one, and both where there are both. */
  forFault(subject: WitnessSubject): Witness | null {
    const { fault, targets } = subject;
    const own = this.#ownWitness(subject);
    if (fault.witness === undefined) return own;
    const query = queryWitness(this.#metrics, fault.witness, targets);
    return own === null ? query : allOf([own, query]);
  }

  #ownWitness({ fault, targets, peers, change, touched }: WitnessSubject): Witness | null {
    switch (fault.type) {
      case 'chaosMesh':
        return this.#chaosWitness(fault, targets.filter(isPod), peers);
      case 'kubernetes':
        return change === undefined ? null : objectWitness(this.#kube, change, targets);
      case 'helm':
        return releaseWitness(
          this.#kube,
          fault.action,
          targets.filter((target) => target.kind === 'Release'),
        );
      case 'node':
        return this.#nodeWitness(
          fault.action,
          targets.filter((target) => target.kind === 'Node'),
          touched,
        );
    }
  }

  #nodeWitness(action: NodeFault['action'], nodes: readonly NodeTarget[], pods: readonly PodTarget[]): Witness {
    switch (action) {
      case 'pause':
        return silenceWitness(this.#kube, (node) => this.#isPaused(node), nodes);
      case 'restart':
      case 'reboot':
        return restartWitness(this.#shell, this.#kube, nodes);
      case 'drain':
        return drainWitness(this.#kube, nodes, pods);
    }
  }

  /** Whoever paused it says so: the engine, or the user's own check. */
  async #isPaused(node: string): Promise<boolean> {
    if (this.#commands.of('pause') !== null) return this.#commands.stands('pause', node);
    return (await this.#machines.state(node)).paused;
  }

  #chaosWitness(fault: ChaosMeshFault, targets: readonly PodTarget[], peers: readonly PodTarget[]): Witness | null {
    switch (fault.kind) {
      case 'PodChaos':
        return this.#podWitness(fault, targets);
      case 'NetworkChaos':
        return this.#networkWitness(fault, targets, peers);
      case 'StressChaos':
        return this.#stressWitness(fault, targets);
      case 'TimeChaos':
        return clockWitness(this.#shell, targets);
      default:
        return null;
    }
  }

  #podWitness({ spec }: ChaosMeshFault, targets: readonly PodTarget[]): Witness | null {
    switch (spec.action) {
      case 'pod-kill':
        return podWitness(this.#kube, 'pod-uid', targets, podIsGone);
      case 'pod-failure':
        return podWitness(this.#kube, 'container-image', targets, imageWasSwapped);
      case 'container-kill':
        return podWitness(this.#kube, 'restart-count', targets, containerWasRestarted);
      default:
        return null;
    }
  }

  #networkWitness(
    { spec }: ChaosMeshFault,
    targets: readonly PodTarget[],
    peers: readonly PodTarget[],
  ): Witness | null {
    const action = String(spec.action);
    if (action === 'partition') return peers.length === 0 ? null : partitionWitness(this.#shell, targets, peers);
    if (NETEM_ACTIONS.includes(action)) return qdiscWitness(this.#shell, targets, 'netem');
    return action === 'bandwidth' ? qdiscWitness(this.#shell, targets, 'tbf') : null;
  }

  #stressWitness({ spec }: ChaosMeshFault, targets: readonly PodTarget[]): Witness | null {
    const stressors = spec.stressors as Stressors | undefined;
    const parts: Witness[] = [];
    if (stressors?.cpu !== undefined) parts.push(cpuWitness(this.#shell, targets, expectedCores(stressors.cpu)));
    if (stressors?.memory !== undefined) {
      const bytes = parseBytes(String(stressors.memory.size ?? ''));
      if (bytes === null) return null;
      parts.push(memoryWitness(this.#shell, targets, bytes * (stressors.memory.workers ?? 1)));
    }
    const [first, ...others] = parts;
    return first === undefined ? null : allOf([first, ...others]);
  }
}

interface Stressors {
  readonly cpu?: { readonly workers?: number; readonly load?: number };
  readonly memory?: { readonly workers?: number; readonly size?: unknown };
}

function expectedCores(cpu: { readonly workers?: number; readonly load?: number }): number {
  return ((cpu.workers ?? 1) * (cpu.load ?? 100)) / 100;
}

function isPod(target: Target): target is PodTarget {
  return target.kind === 'Pod';
}
