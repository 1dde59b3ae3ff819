/** Kinds whose experiments select pods, so that a blast radius can bound them. */
export const POD_CHAOS_KINDS = [
  'PodChaos',
  'NetworkChaos',
  'StressChaos',
  'TimeChaos',
  'IOChaos',
  'HTTPChaos',
  'DNSChaos',
  'KernelChaos',
  'JVMChaos',
  'BlockChaos',
] as const;

/** Kinds that break machines outside the cluster, where nothing here can bound them or see what they did. */
export const OUTSIDE_CHAOS_KINDS = ['AWSChaos', 'AzureChaos', 'GCPChaos', 'PhysicalMachineChaos'] as const;

/** Every Chaos Mesh experiment kind; its Schedule and Workflow are no experiments. */
export const CHAOS_KINDS = [...POD_CHAOS_KINDS, ...OUTSIDE_CHAOS_KINDS] as const;

/** Actions of the kinds that have a closed list of them. */
export const CHAOS_ACTIONS: Readonly<Record<string, readonly string[]>> = {
  PodChaos: ['pod-kill', 'pod-failure', 'container-kill'],
  NetworkChaos: ['netem', 'delay', 'loss', 'duplicate', 'corrupt', 'partition', 'bandwidth'],
  IOChaos: ['latency', 'fault', 'attrOverride', 'mistake'],
  JVMChaos: ['latency', 'return', 'exception', 'stress', 'gc', 'ruleData', 'mysql'],
  DNSChaos: ['error', 'random'],
  BlockChaos: ['delay'],
};

const ONE_SHOT: Readonly<Record<string, readonly string[]>> = {
  PodChaos: ['pod-kill', 'container-kill'],
};

/** Does the fault happen once and then leave nothing in force? Such a fault has no duration. */
export function isOneShot(kind: string, spec: Readonly<Record<string, unknown>>): boolean {
  return typeof spec.action === 'string' && (ONE_SHOT[kind] ?? []).includes(spec.action);
}

export const SELECTOR_MODES = ['one', 'all', 'fixed', 'fixed-percent', 'random-max-percent'] as const;
