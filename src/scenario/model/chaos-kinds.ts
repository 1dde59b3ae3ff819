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
export type ChaosKindName = (typeof CHAOS_KINDS)[number];
