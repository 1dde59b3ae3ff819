/**
 * The experiment kinds that select pods, so that a blast radius can bound them. Chaos Mesh has others for
 * volumes and for machines outside the cluster; its Schedule and Workflow are no experiments.
 */
export const CHAOS_KINDS = [
  'PodChaos',
  'NetworkChaos',
  'StressChaos',
  'TimeChaos',
  'IOChaos',
  'HTTPChaos',
  'DNSChaos',
  'KernelChaos',
  'JVMChaos',
] as const;

/** Actions of the kinds that have a closed list of them. */
export const CHAOS_ACTIONS: ReadonlyMap<string, readonly string[]> = new Map([
  ['PodChaos', ['pod-kill', 'pod-failure', 'container-kill']],
  ['NetworkChaos', ['netem', 'delay', 'loss', 'duplicate', 'corrupt', 'partition', 'bandwidth']],
  ['IOChaos', ['latency', 'fault', 'attrOverride', 'mistake']],
  ['JVMChaos', ['latency', 'return', 'exception', 'stress', 'gc', 'ruleData', 'mysql']],
  ['DNSChaos', ['error', 'random']],
]);

const ONE_SHOT: ReadonlyMap<string, readonly string[]> = new Map([['PodChaos', ['pod-kill', 'container-kill']]]);

/** Does the fault happen once and then leave nothing in force? Such a fault has no duration. */
export function isOneShot(kind: string, spec: Readonly<Record<string, unknown>>): boolean {
  return typeof spec.action === 'string' && (ONE_SHOT.get(kind) ?? []).includes(spec.action);
}

export const SELECTOR_MODES = ['one', 'all', 'fixed', 'fixed-percent', 'random-max-percent'] as const;
