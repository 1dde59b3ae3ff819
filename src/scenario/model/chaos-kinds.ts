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

const UNBOUNDED = 'it selects no pods, so that no blast radius could bound it';

/** Other kinds of Chaos Mesh, and what to write instead. */
export const OTHER_CHAOS_KINDS: ReadonlyMap<unknown, string> = new Map([
  ['Workflow', 'several faults in a row are a `sequence`, each with its kind and spec'],
  [
    'Schedule',
    'what is done again and again is a `repeat` of the scenario, with the kind and spec of what is scheduled',
  ],
  ...['BlockChaos', 'PhysicalMachineChaos', 'AWSChaos', 'AzureChaos', 'GCPChaos'].map((kind): [string, string] => [
    kind,
    UNBOUNDED,
  ]),
]);
