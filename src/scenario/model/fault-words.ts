import type { Fault, KubernetesChange, SingleFault } from './fault.ts';

/** What is broken, in a few words: `NetworkChaos partition`, `node pause`, `patch Deployment`. */
export function faultWords(fault: Fault): string {
  switch (fault.type) {
    case 'none':
      return 'No fault';
    case 'sequence':
      return fault.steps.map((step) => singleWords(step.fault)).join(', then ');
    case 'chaosMesh':
    case 'kubernetes':
    case 'helm':
    case 'node':
      return singleWords(fault);
  }
}

function singleWords(fault: SingleFault): string {
  switch (fault.type) {
    case 'chaosMesh':
      return typeof fault.spec.action === 'string' ? `${fault.kind} ${fault.spec.action}` : fault.kind;
    case 'kubernetes':
      return `${fault.change.verb} ${kindOf(fault.change)}`;
    case 'helm':
      return `helm ${fault.action}`;
    case 'node':
      return `node ${fault.action}`;
  }
}

export function kindOf(change: KubernetesChange): string {
  return change.verb === 'apply' ? String(change.manifest.kind) : change.object.kind;
}
