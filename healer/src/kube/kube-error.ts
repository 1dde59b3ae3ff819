import { ApiException } from '@kubernetes/client-node';
import { z } from 'zod';
import { describeError, HealerError } from '../errors.ts';

const Status = z.object({
  message: z.string().optional(),
  reason: z.string().optional(),
  details: z
    .object({
      retryAfterSeconds: z.number().optional(),
      causes: z.array(z.object({ reason: z.string().optional(), message: z.string().optional() })).optional(),
    })
    .optional(),
});

interface KubeErrorFacts {
  /** HTTP status; undefined when no answer came, so that nobody knows whether the request was carried out. */
  readonly status?: number | undefined;
  readonly causes?: readonly string[];
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
}

/** The API server refused a request or did not answer. */
export class KubeError extends HealerError {
  readonly code = 'KUBERNETES';
  readonly status: number | undefined;
  /** `details.causes[].reason` of the returned Status, e.g. `DisruptionBudget`. */
  readonly causes: readonly string[];
  readonly retryAfterMs: number | undefined;

  constructor(message: string, facts: KubeErrorFacts) {
    super(message, { cause: facts.cause });
    this.status = facts.status;
    this.causes = facts.causes ?? [];
    this.retryAfterMs = facts.retryAfterMs;
  }
}

/** Translates whatever the client library threw; `doing` says what was tried, e.g. `evict pod shop/a`. */
export function toKubeError(error: unknown, doing: string): KubeError {
  if (error instanceof KubeError) return error;
  if (error instanceof ApiException) return fromApiException(error, doing);
  return new KubeError(`${doing}: ${describeError(error)}`, { status: statusCodeOf(error), cause: error });
}

function fromApiException(error: ApiException<unknown>, doing: string): KubeError {
  const status = parseStatus(error.body);
  const headerSeconds = Number(error.headers['retry-after']);
  const seconds = status?.details?.retryAfterSeconds ?? (headerSeconds > 0 ? headerSeconds : undefined);
  return new KubeError(`${doing}: ${status?.message ?? `HTTP ${error.code}`}`, {
    status: error.code,
    causes: (status?.details?.causes ?? []).flatMap((cause) => (cause.reason === undefined ? [] : [cause.reason])),
    retryAfterMs: seconds === undefined ? undefined : seconds * 1000,
    cause: error,
  });
}

function parseStatus(body: unknown): z.infer<typeof Status> | undefined {
  // The library hands over the body of a failed call as text.
  if (typeof body !== 'string') return Status.safeParse(body).data;
  try {
    return Status.safeParse(JSON.parse(body)).data;
  } catch (error) {
    if (error instanceof SyntaxError) return { message: body.slice(0, 200) };
    throw error;
  }
}

function statusCodeOf(error: unknown): number | undefined {
  const parsed = z.object({ statusCode: z.number() }).safeParse(error);
  return parsed.data?.statusCode;
}
