import { z } from 'zod';
import { describeError, HealerError } from '../errors.ts';

/** One sample of an instant vector. `value` may be NaN or infinite, as Prometheus gave it. */
export interface VectorSample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  readonly evaluatedAtMs: number;
}

/** Prometheus could not be asked, or did not answer with a vector. */
export class MetricsError extends HealerError {
  readonly code = 'METRICS';
}

const Answer = z.object({
  status: z.string(),
  error: z.string().optional(),
  data: z
    .object({
      resultType: z.string(),
      result: z.array(z.object({ metric: z.record(z.string(), z.string()), value: z.tuple([z.number(), z.string()]) })),
    })
    .optional(),
});

export type InstantQuery = (query: string) => Promise<readonly VectorSample[]>;

/** Instant queries at `url`, each with its own time-out; rejects with a MetricsError. */
export function prometheusAt(url: string, timeoutMs: number, send: typeof fetch = fetch): InstantQuery {
  const endpoint = new URL('api/v1/query', url.endsWith('/') ? url : `${url}/`);
  return async (query) => {
    const body = new URLSearchParams({ query, timeout: `${timeoutMs}ms` });
    const text = await ask(send, endpoint, body, timeoutMs);
    return readVector(text);
  };
}

async function ask(send: typeof fetch, endpoint: URL, body: URLSearchParams, timeoutMs: number): Promise<string> {
  try {
    const response = await send(endpoint, { method: 'POST', body, signal: AbortSignal.timeout(timeoutMs) });
    const text = await response.text();
    // Prometheus explains its 400, 422 and 503 in JSON; anything else came from somebody in between.
    if (response.ok || text.startsWith('{')) return text;
    throw new MetricsError(`Prometheus answered HTTP ${response.status}`);
  } catch (error) {
    if (error instanceof MetricsError) throw error;
    throw new MetricsError(`Prometheus did not answer: ${describeError(error)}`, { cause: error });
  }
}

/** The body of an answer as a vector; throws a MetricsError for anything else. */
export function readVector(text: string): VectorSample[] {
  const parsed = Answer.safeParse(parseJson(text));
  if (!parsed.success) throw new MetricsError('Prometheus answered with something that is no vector');
  const { status, error, data } = parsed.data;
  if (status !== 'success' || data === undefined)
    throw new MetricsError(`Prometheus refused the query: ${error ?? status}`);
  if (data.resultType !== 'vector') throw new MetricsError(`the query returns a ${data.resultType}, not a vector`);
  return data.result.map(({ metric, value: [atSeconds, value] }) => ({
    labels: metric,
    value: toNumber(value),
    evaluatedAtMs: atSeconds * 1000,
  }));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new MetricsError('Prometheus answered with something that is no JSON', { cause: error });
  }
}

function toNumber(value: string): number {
  if (value === '+Inf') return Number.POSITIVE_INFINITY;
  return value === '-Inf' ? Number.NEGATIVE_INFINITY : Number(value);
}
