import type { ActionType, RecordedTarget } from '../names.ts';
import type { Notice } from './notice.ts';

const DONE: Readonly<Record<ActionType, string>> = {
  EvictPod: 'evicted it',
  DeletePod: 'deleted it',
  RestartRollout: 'restarted the rollout of its workload',
  RollbackWorkload: 'rolled its workload back',
  RollbackRelease: 'rolled its Helm release back',
  UninstallRelease: 'uninstalled its Helm release',
  CordonNode: 'cordoned its node',
  DrainNode: 'drained its node',
  RebootNode: 'rebooted its node',
  Notify: 'left it to people',
};

function aboutWhom({ kind, namespace, name }: RecordedTarget): string {
  return `${kind === 'Pod' ? 'pod' : 'Helm release'} ${namespace}/${name}`;
}

/** What happened, in a line. Pure. */
export function headline({ transition, record }: Notice): string {
  const { condition, action, refusal } = record;
  const whom = `${aboutWhom(record.target)} (${condition})`;
  switch (transition) {
    case 'opened':
      return `Sick: ${whom}`;
    case 'refused':
      return `Nothing is done about ${whom}: ${refusal}`;
    case 'acted':
      return action === 'Notify' ? `A person has to look at ${whom}` : `Acted on ${whom}: ${DONE[action ?? 'Notify']}`;
    case 'escalated':
      return `${action ?? 'The action'} did not help ${whom}: the next step is tried`;
    case 'resolved':
      return action === undefined ? `Over without an action: ${whom}` : `Resolved by ${action}: ${whom}`;
    case 'gave-up':
      return `Gave up on ${whom}: a person has to look`;
    default:
      return transition satisfies never;
  }
}

/** What there is to know about it, each with its name: since when, what was seen, what was done and why. Pure. */
export function particulars({ transition, record, firstSeenMs, evidence }: Notice): [string, string][] {
  const { policy, target, action, actedAtMs } = record;
  const reason = beyond(record.reason, evidence);
  const done = action !== undefined && actedAtMs !== undefined ? `${action} at ${toTime(actedAtMs)}` : undefined;
  const all: [string, string | undefined][] = [
    ['Seen', evidence],
    [transition === 'acted' ? 'How' : 'Now', reason === '' ? undefined : reason],
    ['Done', done],
    ['Since', toTime(firstSeenMs)],
    ['Node', target.node],
    ['Policy', policy],
  ];
  return all.flatMap(([name, text]) => (text === undefined ? [] : [[name, text]]));
}

/** What a reason says that the evidence did not say already. */
function beyond(reason: string, evidence: string): string {
  return reason.replace(evidence, '').replace(/^; |; $/, '');
}

export function toTime(ms: number): string {
  return new Date(ms).toISOString();
}
