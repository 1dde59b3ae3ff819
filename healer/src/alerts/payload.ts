import { z } from 'zod';

/** One alert out of what Alertmanager posts. */
export interface ReceivedAlert {
  readonly fingerprint: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly resolved: boolean;
  readonly startedAtMs: number;
}

const Alert = z.object({
  status: z.enum(['firing', 'resolved']),
  labels: z.record(z.string(), z.string()),
  startsAt: z.iso.datetime({ offset: true }),
  fingerprint: z.string().min(1).max(64),
});

const Payload = z.object({ version: z.literal('4'), alerts: z.array(Alert).max(10_000) });

/** The alerts in the body of a webhook, or a sentence about why there are none to be had. */
export function readAlerts(text: string): { readonly alerts: readonly ReceivedAlert[] } | { readonly problem: string } {
  const parsed = Payload.safeParse(parseJson(text));
  if (!parsed.success) return { problem: `no message of Alertmanager: ${parsed.error.issues[0]?.message}` };
  const alerts = parsed.data.alerts.map(({ status, labels, startsAt, fingerprint }) => ({
    fingerprint,
    name: labels.alertname ?? '',
    labels,
    resolved: status === 'resolved',
    startedAtMs: Date.parse(startsAt),
  }));
  return { alerts };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
