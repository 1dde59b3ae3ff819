import { once } from 'node:events';
import { get as getPlain, type IncomingMessage } from 'node:http';
import { get } from 'node:https';
import type { Authorize } from './credentials.ts';

const TIMEOUT_MS = 4_000;
const MOST_BYTES = 32 * 1024 * 1024;

/** Reads one JSON document, asked for as every query is. @throws Error without it, also for a status other than 200. */
export async function askJson(url: string, authorize: Authorize, signal?: AbortSignal): Promise<unknown> {
  const { headers, tls } = await authorize();
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  const options = {
    headers,
    agent: false,
    signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
  };
  const known = Object.fromEntries(Object.entries(tls).filter(([, value]) => value !== undefined));
  const request = url.startsWith('https:') ? get(url, { ...options, ...known }) : getPlain(url, options);
  const [response] = (await once(request, 'response', options)) as [IncomingMessage];
  const text = await bodyOf(response);
  if (response.statusCode !== 200) throw new Error(`it answers ${response.statusCode}: ${text.slice(0, 200)}`);
  return JSON.parse(text);
}

async function bodyOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    bytes += (chunk as Buffer).byteLength;
    if (bytes > MOST_BYTES) throw new Error(`its answer is longer than ${MOST_BYTES} bytes`);
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString();
}
