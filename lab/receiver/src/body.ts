import type { IncomingMessage } from 'node:http';

const MOST_BYTES = 1024 * 1024;

/** Text of a request; undefined when it is longer than anything that is meant for here. */
export async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of request) {
    const part = piece as Buffer;
    bytes += part.length;
    if (bytes > MOST_BYTES) return undefined;
    pieces.push(part);
  }
  return Buffer.concat(pieces).toString('utf8');
}
