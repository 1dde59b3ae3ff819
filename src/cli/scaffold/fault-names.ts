/**
 * What `new --fault` can be given: the names of all templates. Apart from them, because every command's help knows these names
 * and none needs the schemas behind the templates.
 */
export const SCAFFOLD_FAULTS = [
  'pod-failure',
  'pod-kill',
  'partition',
  'cpu-stress',
  'memory-stress',
  'pod-delete',
  'bad-image',
  'scale-down',
  'bad-upgrade',
  'killed-upgrade',
  'node-pause',
  'node-restart',
  'node-reboot',
  'node-drain',
  'node-stop-kubelet',
  'sequence',
  'none',
] as const;

export type ScaffoldFault = (typeof SCAFFOLD_FAULTS)[number];
