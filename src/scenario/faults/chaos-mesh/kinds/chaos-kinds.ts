import { CHAOS_KINDS, type ChaosKindName } from '../../../model/chaos-kinds.ts';
import type { ChaosKind, ChaosSpec } from '../spec/chaos-kind.ts';
import { isSpec } from '../spec/spec-values.ts';
import { dnsChaos } from './dns-chaos.ts';
import { httpChaos } from './http-chaos.ts';
import { ioChaos } from './io-chaos.ts';
import { jvmChaos } from './jvm-chaos.ts';
import { kernelChaos } from './kernel-chaos.ts';
import { networkChaos } from './network-chaos.ts';
import { podChaos } from './pod-chaos.ts';
import { stressChaos } from './stress-chaos.ts';
import { timeChaos } from './time-chaos.ts';

const KINDS: Readonly<Record<ChaosKindName, ChaosKind>> = {
  PodChaos: podChaos,
  NetworkChaos: networkChaos,
  StressChaos: stressChaos,
  TimeChaos: timeChaos,
  IOChaos: ioChaos,
  HTTPChaos: httpChaos,
  DNSChaos: dnsChaos,
  KernelChaos: kernelChaos,
  JVMChaos: jvmChaos,
};

/** Null for a kind of which nobody could say beforehand what it hits. */
export function chaosKind(name: string): ChaosKind | null {
  return isKnown(name) ? KINDS[name] : null;
}

export const ALL_CHAOS_KINDS: readonly ChaosKind[] = CHAOS_KINDS.map((name) => KINDS[name]);

/** Does the fault happen once and then leave nothing in force? Such a fault has no duration. */
export function happensOnce(kind: string, { action }: ChaosSpec): boolean {
  return chaosKind(kind)?.oneShotActions.some((each) => each === action) ?? false;
}

export function deletesItsPods(kind: string, { action }: ChaosSpec): boolean {
  return chaosKind(kind)?.deletingActions.some((each) => each === action) ?? false;
}

/** What selects pods on the other side; of a kind that is not known anything might. */
export function otherSideOf(kind: string, { target }: ChaosSpec): ChaosSpec | null {
  return mayHaveOtherSide(kind) && isSpec(target) ? target : null;
}

export function mayHaveOtherSide(kind: string): boolean {
  return chaosKind(kind)?.hasOtherSide ?? true;
}

function isKnown(name: string): name is ChaosKindName {
  return CHAOS_KINDS.some((known) => known === name);
}
