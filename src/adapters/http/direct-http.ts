import { messageOf } from '../../errors.ts';
import { type HttpAnswer, LARGEST_BODY_BYTES } from '../../ports/http-source.ts';
import { isRequestUrl } from '../../scenario/model/request-path.ts';

/** The other side was reached, or is where it should be, and does not talk. */
const SILENCE: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'UND_ERR_SOCKET',
  'EHOSTUNREACH',
  'ETIMEDOUT',
]);

/** One GET from this machine. Redirects are answers. @throws the signal's reason. */
export async function getDirectly(url: string, timeoutMs: number, signal: AbortSignal): Promise<HttpAnswer> {
  if (!isRequestUrl(url)) return { kind: 'unknown', detail: `${JSON.stringify(url)} would be resolved into another` };
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const answer = await fetch(url, { redirect: 'manual', signal: AbortSignal.any([signal, timeout]) });
    return { kind: 'answer', status: answer.status, body: await beginning(answer) };
  } catch (error: unknown) {
    signal.throwIfAborted();
    if (timeout.aborted) return { kind: 'silence', detail: `no whole answer within ${timeoutMs} ms` };
    const detail = `${messageOf(error)}${causeOf(error) === '' ? '' : `: ${causeOf(error)}`}`;
    return { kind: SILENCE.has(codeOf(error)) ? 'silence' : 'unknown', detail };
  }
}

async function beginning({ body }: Response): Promise<string> {
  if (body === null) return '';
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    bytes += chunk.byteLength;
    if (bytes >= LARGEST_BODY_BYTES) break;
  }
  return Buffer.concat(chunks).subarray(0, LARGEST_BODY_BYTES).toString('utf8');
}

function causeOf(error: unknown): string {
  return error instanceof Error && error.cause !== undefined ? messageOf(error.cause) : '';
}

function codeOf(error: unknown): string {
  const { cause } = error as { cause?: { code?: unknown; errors?: readonly { code?: unknown }[] } };
  const code = cause?.code ?? cause?.errors?.[0]?.code;
  return typeof code === 'string' ? code : '';
}
