import { request } from 'node:http';

/** How a call looks to the one who made it. */
export type Outcome = 'ok' | 'error' | 'timeout';

export interface GetOptions {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  /** From the first byte sent to the last byte received. */
  readonly timeoutMs: number;
}

export interface Reply {
  readonly outcome: Outcome;
  readonly body: string;
}

/** One GET on a connection of its own: no keep-alive and no retry, so that each call tells about the peer as it is now. */
export function get(options: GetOptions): Promise<Reply> {
  const { host, port, path, timeoutMs } = options;
  const { promise, resolve } = Promise.withResolvers<Reply>();
  const signal = AbortSignal.timeout(timeoutMs);
  const failed = (): void => resolve({ outcome: signal.aborted ? 'timeout' : 'error', body: '' });
  const call = request({ host, port, path, agent: false, signal }, (response) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('error', failed);
    response.on('end', () => {
      const outcome = response.statusCode === 200 ? 'ok' : 'error';
      resolve({ outcome, body: Buffer.concat(chunks).toString('utf8') });
    });
  });
  call.on('error', failed);
  call.end();
  return promise;
}
