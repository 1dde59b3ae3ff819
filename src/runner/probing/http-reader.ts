import type { HttpProbe } from '../../scenario/model/scenario.ts';
import { type LiveProbeReader, problem, type Reading, type ReadingPorts, value } from './reading.ts';

export const httpReader: LiveProbeReader<HttpProbe> = { read: readHttp, isNoDoubtfulWhenLate: true };

async function readHttp(
  { http }: HttpProbe,
  { http: source, clock }: ReadingPorts,
  signal: AbortSignal,
): Promise<Reading> {
  const { address, status, body, withinMs } = http;
  const beganMs = clock.now();
  const answer = await source.get(address, withinMs, signal);
  const tookMs = clock.now() - beganMs;
  if (answer.kind === 'unknown') return problem('QUERY_FAILED', answer.detail);
  if (answer.kind === 'silence') return value(0, answer.detail);
  const isFitting = body === null || new RegExp(body).test(answer.body);
  const words = `${answer.status} in ${tookMs} ms${isFitting ? '' : ', with another body'}`;
  return value(answer.status === status && isFitting && tookMs <= withinMs ? 1 : 0, words);
}
