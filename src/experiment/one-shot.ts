import type { Fault } from '../scenario/scenario.ts';

const ONE_SHOT_ACTIONS: ReadonlySet<unknown> = new Set(['pod-kill', 'container-kill']);

/** A fault that happens once and leaves nothing in force, so that nothing about it can end. */
export function isOneShot(fault: Fault): boolean {
  return fault.type === 'chaosMesh' && fault.kind === 'PodChaos' && ONE_SHOT_ACTIONS.has(fault.spec.action);
}
