import type { Target } from '../../experiment/evidence.ts';
import type { Kube } from '../../ports/kube.ts';
import type { NodeShell } from '../../ports/node-shell.ts';
import type { Witness, Witnesses, WitnessSubject } from '../../ports/witness.ts';
import type { ChaosMeshFault } from '../../scenario/scenario.ts';
import { parseBytes } from './bytes.ts';
import { partitionWitness, qdiscWitness } from './network-witness.ts';
import { containerWasRestarted, imageWasSwapped, podIsGone, podWitness } from './pod-witness.ts';
import { cpuWitness, memoryWitness } from './stress-witness.ts';

const NETEM_ACTIONS = ['netem', 'delay', 'loss', 'duplicate', 'corrupt', 'reorder'];

/** Which independent witness sees which fault. A fault without one can never count as proven. */
export class ClusterWitnesses implements Witnesses {
  readonly #kube: Kube;
  readonly #shell: NodeShell;

  constructor(kube: Kube, shell: NodeShell) {
    this.#kube = kube;
    this.#shell = shell;
  }

  forFault({ fault, targets, peers }: WitnessSubject): Witness | null {
    if (fault.type === 'none') return null;
    switch (fault.kind) {
      case 'PodChaos':
        return this.#podWitness(fault, targets);
      case 'NetworkChaos':
        return this.#networkWitness(fault, targets, peers);
      case 'StressChaos':
        return this.#stressWitness(fault, targets);
      default:
        return null;
    }
  }

  #podWitness({ spec }: ChaosMeshFault, targets: readonly Target[]): Witness | null {
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

  #networkWitness({ spec }: ChaosMeshFault, targets: readonly Target[], peers: readonly Target[]): Witness | null {
    const action = String(spec.action);
    if (action === 'partition') return peers.length === 0 ? null : partitionWitness(this.#shell, targets, peers);
    if (NETEM_ACTIONS.includes(action)) return qdiscWitness(this.#shell, targets, 'netem');
    return action === 'bandwidth' ? qdiscWitness(this.#shell, targets, 'tbf') : null;
  }

  #stressWitness({ spec }: ChaosMeshFault, targets: readonly Target[]): Witness | null {
    const stressors = spec.stressors as Stressors | undefined;
    const parts: Witness[] = [];
    if (stressors?.cpu !== undefined) parts.push(cpuWitness(this.#shell, targets, expectedCores(stressors.cpu)));
    if (stressors?.memory !== undefined) {
      const bytes = parseBytes(String(stressors.memory.size ?? ''));
      if (bytes === null) return null;
      parts.push(memoryWitness(this.#shell, targets, bytes * (stressors.memory.workers ?? 1)));
    }
    return parts.length === 0 ? null : allOf(parts);
  }
}

interface Stressors {
  readonly cpu?: { readonly workers?: number; readonly load?: number };
  readonly memory?: { readonly workers?: number; readonly size?: unknown };
}

function expectedCores(cpu: { readonly workers?: number; readonly load?: number }): number {
  return ((cpu.workers ?? 1) * (cpu.load ?? 100)) / 100;
}

/** A target counts as bitten only when every part says so. */
function allOf(parts: readonly Witness[]): Witness {
  if (parts.length === 1 && parts[0] !== undefined) return parts[0];
  return {
    name: parts.map((part) => part.name).join('+'),
    async look(signal) {
      const readings = await Promise.all(parts.map((part) => part.look(signal)));
      const [first = [], ...rest] = readings;
      return first.map((reading) => {
        const same = [reading, ...rest.flatMap((list) => list.filter((each) => each.targetUid === reading.targetUid))];
        const blind = same.some((each) => each.bitten === null);
        const bitten = blind ? null : same.every((each) => each.bitten === true);
        return { ...reading, witness: this.name, bitten, observation: same.map((each) => each.observation).join('; ') };
      });
    },
  };
}
