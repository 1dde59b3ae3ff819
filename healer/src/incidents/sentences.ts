import { EVENT_REASONS, type HealerRecord } from '../names.ts';

/** Reason of the Kubernetes Event for a record. */
export function eventReasonOf(stage: HealerRecord['stage']): string {
  return stage === 'gave-up' ? EVENT_REASONS.gaveUp : EVENT_REASONS[stage];
}

/** One sentence for log and Event. */
export function sentenceOf(record: HealerRecord): string {
  const pod = `${record.target.namespace}/${record.target.name}`;
  const kind = record.target.kind === 'Pod' ? 'pod' : 'Helm release';
  const about = `${record.condition} of ${kind} ${pod} (policy ${record.policy}, incident ${record.incident})`;
  switch (record.stage) {
    case 'detected':
      return `${about}: ${record.reason}`;
    case 'refused':
      return `not acting on ${about}: ${record.refusal}: ${record.reason}`;
    case 'acted':
      return `${record.action} for ${about}: ${record.reason}`;
    case 'failed':
      return `${record.action ?? 'action'} did not help ${about}: ${record.reason}`;
    case 'resolved':
      return `resolved ${about}: ${record.reason}`;
    case 'gave-up':
      return `giving up on ${about}: ${record.reason}`;
    default:
      return record.stage satisfies never;
  }
}
