import type { Authorize } from '../http/authorization.ts';
import { HttpClient, type HttpRequest } from '../http/http-client.ts';
import type { SeriesPoints } from './interpret.ts';

const TIMEOUT_MS = 5_000;

type Point = readonly [seconds: number, value: string];
type Labels = Readonly<Record<string, string>>;

/** What a query is answered with. */
type QueryResult =
  | { readonly resultType: 'vector'; readonly result: readonly { readonly metric: Labels; readonly value: Point }[] }
  | { readonly resultType: 'matrix'; readonly result: readonly { readonly metric: Labels; readonly values: Point[] }[] }
  | { readonly resultType: 'scalar' | 'string'; readonly result: Point };

interface Answer {
  readonly status?: unknown;
  readonly data?: unknown;
  readonly errorType?: unknown;
  readonly error?: unknown;
}

/** The HTTP API of one Prometheus. */
export class PrometheusApi {
  readonly #client: HttpClient;
  readonly #url: string;

  constructor(url: string, authorize: Authorize) {
    this.#url = url.replace(/\/$/, '');
    this.#client = new HttpClient(authorize);
  }

  get(path: string, signal?: AbortSignal): Promise<unknown> {
    return this.#ask({ url: `${this.#url}/api/v1/${path}` }, signal);
  }

  /** Expressions may be longer than an address may be. */
  query(path: 'query' | 'query_range', form: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<unknown> {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const body = new URLSearchParams(form).toString();
    return this.#ask({ url: `${this.#url}/api/v1/${path}`, method: 'POST', headers, body }, signal);
  }

  /** @throws Error for anything but data. */
  async #ask(request: Omit<HttpRequest, 'signal'>, signal: AbortSignal | undefined): Promise<unknown> {
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    const either = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
    const { status, text } = await this.#client.send({ ...request, signal: either });
    const answer = parse(text);
    if (status === 200 && answer?.status === 'success') return answer.data;
    const words = [answer?.errorType, answer?.error].filter((word) => typeof word === 'string');
    throw new Error(words.length > 0 ? words.join(': ') : `it answers ${status}: ${text.slice(0, 200)}`);
  }
}

function parse(text: string): Answer | null {
  try {
    return JSON.parse(text) as Answer | null;
  } catch (error: unknown) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** The series of an instant, each with the one point that it has then. @throws Error for what is no number at an instant. */
export function instantSeries(answer: unknown, atMs: number): SeriesPoints[] {
  const { resultType, result } = answer as QueryResult;
  if (resultType === 'scalar') return [{ labels: {}, points: [{ ...pointOf(result), atMs }] }];
  if (resultType !== 'vector') throw new Error(`it answers with a ${resultType}`);
  return result.map(({ metric, value }) => ({ labels: labelsOf(metric), points: [{ ...pointOf(value), atMs }] }));
}

/** Series over a time. @throws Error for anything else. */
export function matrixSeries(answer: unknown): SeriesPoints[] {
  const { resultType, result } = answer as QueryResult;
  if (resultType !== 'matrix') throw new Error(`it answers with a ${resultType}`);
  return result.map(({ metric, values }) => ({ labels: labelsOf(metric), points: values.map(pointOf) }));
}

function pointOf([seconds, value]: Point): SeriesPoints['points'][number] {
  return { atMs: Math.round(seconds * 1000), value: numberOf(value) };
}

/** Prometheus writes infinity in a way of its own. */
function numberOf(text: string): number {
  if (text === '+Inf') return Number.POSITIVE_INFINITY;
  return text === '-Inf' ? Number.NEGATIVE_INFINITY : Number.parseFloat(text);
}

function labelsOf({ __name__: _name, ...labels }: Labels): Labels {
  return labels;
}
