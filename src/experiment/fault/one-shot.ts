import { type Fault, type SingleFault, stepsOf } from '../../scenario/model/fault.ts';

const ONE_SHOT_ACTIONS: ReadonlySet<unknown> = new Set(['pod-kill', 'container-kill']);

/** A fault that happens once and leaves nothing in force, so that nothing about it can end. */
export function isOneShot(fault: Fault): boolean {
  const steps = stepsOf(fault);
  return steps.length > 0 && steps.every((step) => happensOnce(step.fault));
}

function happensOnce(fault: SingleFault): boolean {
  switch (fault.type) {
    case 'chaosMesh':
      return fault.kind === 'PodChaos' && ONE_SHOT_ACTIONS.has(fault.spec.action);
    case 'kubernetes':
      return fault.change.verb === 'delete';
    case 'helm':
      return false;
    case 'node':
      return fault.action === 'restart' || fault.action === 'reboot';
  }
}
