import { z } from 'zod';
import { parseJson } from './json.ts';
import type { NewMessage } from './message.ts';

const Text = z.string().max(40_000);

/** As much of an incoming webhook's payload as is of use here. */
const Payload = z.object({
  text: Text.default(''),
  blocks: z.array(z.unknown()).max(50).default([]),
  metadata: z.object({ event_payload: z.record(z.string(), z.unknown()).default({}) }).optional(),
});

/** A message, or the word with which Slack refuses what is none. */
export function readSlackPayload(text: string): NewMessage | string {
  const parsed = Payload.safeParse(parseJson(text));
  if (!parsed.success) return 'invalid_payload';
  const { blocks, metadata } = parsed.data;
  if (parsed.data.text === '' && blocks.length === 0) return 'no_text';
  const facts = metadata?.event_payload ?? {};
  const word = (key: string): string => (typeof facts[key] === 'string' ? facts[key] : '');
  const about = { namespace: word('namespace'), name: word('name'), kind: word('kind') };
  const { text: said } = parsed.data;
  return { channel: 'slack', transition: word('transition'), incident: word('incident'), about, text: said };
}
