import { CHAOS_KINDS, type ChaosKindName } from '../../../scenario/model/chaos-kinds.ts';
import type { ChaosMeshFault } from '../../../scenario/model/fault.ts';
import type { FaultWitness } from '../looking/fault-witness.ts';
import type { ChaosWitness } from './chaos-witness.ts';
import { clockWitness } from './clock-witness.ts';
import { networkChaosWitness } from './network-chaos.ts';
import { podChaosWitness } from './pod-chaos.ts';
import { stressChaosWitness } from './stress-chaos.ts';

/** Where only the author can say what to look at. */
const AUTHORS_ALONE: ChaosWitness = () => null;

/** What proves each kind of experiment. */
const WITNESSES: Readonly<Record<ChaosKindName, ChaosWitness>> = {
  PodChaos: podChaosWitness,
  NetworkChaos: networkChaosWitness,
  StressChaos: stressChaosWitness,
  TimeChaos: ({ shell }, { targets }) => clockWitness(shell, targets),
  IOChaos: AUTHORS_ALONE,
  HTTPChaos: AUTHORS_ALONE,
  DNSChaos: AUTHORS_ALONE,
  KernelChaos: AUTHORS_ALONE,
  JVMChaos: AUTHORS_ALONE,
};

export const chaosMeshWitness: FaultWitness<ChaosMeshFault> = {
  of(sources, { fault, targets, peers }) {
    const kind = CHAOS_KINDS.find((name) => name === fault.kind);
    if (kind === undefined) return null;
    const pods = targets.filter((target) => target.kind === 'Pod');
    return WITNESSES[kind](sources, { spec: fault.spec, targets: pods, peers });
  },
};
