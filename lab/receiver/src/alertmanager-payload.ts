import { z } from 'zod';
import { parseJson } from './json.ts';
import type { NewMessage } from './message.ts';

const Words = z.record(z.string(), z.string());

/** Alertmanager's webhook, version 4. */
const Payload = z.object({
  version: z.literal('4'),
  alerts: z
    .array(
      z.object({
        status: z.enum(['firing', 'resolved']),
        labels: Words,
        annotations: Words.default({}),
        fingerprint: z.string().default(''),
      }),
    )
    .max(1_000),
});

/** One message for each alert of a notification; a sentence when it is none. */
export function readAlertmanagerPayload(text: string): NewMessage[] | string {
  const parsed = Payload.safeParse(parseJson(text));
  if (!parsed.success) return `expected a webhook of Alertmanager, version 4: ${z.prettifyError(parsed.error)}`;
  return parsed.data.alerts.map(({ status, labels, annotations, fingerprint }) => ({
    channel: 'alertmanager',
    transition: status,
    incident: fingerprint,
    about: labels,
    text: annotations.summary ?? annotations.description ?? labels.alertname ?? '',
  }));
}
