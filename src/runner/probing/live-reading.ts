import { HarnessError } from '../../errors.ts';
import type { Sample } from '../../experiment/evidence/evidence.ts';
import type { Clock } from '../../ports/clock.ts';
import type { HttpSource } from '../../ports/http-source.ts';
import type { Kube } from '../../ports/kube.ts';
import { fieldAt, parseFieldPath } from '../../scenario/model/field-path.ts';
import type { HttpProbe, KubernetesProbe, LiveProbe } from '../../scenario/model/scenario.ts';

export interface ReadingPorts {
  readonly clock: Clock;
  readonly kube: Kube;
  readonly http: HttpSource;
}

/** A sample without its time. */
export type Reading = Omit<Sample, 'atMs'>;

/** Asks once. Whatever is not there is a problem, never a value. */
export function readProbe(probe: LiveProbe, ports: ReadingPorts, signal: AbortSignal): Promise<Reading> {
  return 'kubernetes' in probe ? readField(probe, ports.kube) : readHttp(probe, ports, signal);
}

async function readField({ kubernetes }: KubernetesProbe, kube: Kube): Promise<Reading> {
  const { apiVersion, kind, namespace, name, field } = kubernetes;
  const ref = { apiVersion, kind, name, ...(namespace === null ? {} : { namespace }) };
  try {
    const object = await kube.get(ref);
    return object === null ? problem('NO_DATA', `there is no ${kind} ${name}`) : fieldReading(object, kubernetes);
  } catch (error: unknown) {
    if (!(error instanceof HarnessError)) throw error;
    return problem('QUERY_FAILED', `${kind} ${name}, ${field}: ${error.message}`);
  }
}

/** What the field of an object that is there says. */
export function fieldReading(object: unknown, kubernetes: KubernetesProbe['kubernetes']): Reading {
  const { field, equals, whenAbsent } = kubernetes;
  const steps = parseFieldPath(field);
  const found = steps === null ? undefined : fieldAt(object, steps);
  if (found === undefined || found === null) {
    return whenAbsent === null
      ? problem('NO_DATA', `${field} is not there`)
      : value(whenAbsent, `${field} is not there`);
  }
  if (typeof found === 'object') return problem('NOT_A_NUMBER', `${field} is no single value`);
  if (equals !== null) return value(String(found) === equals ? 1 : 0, `${field} is ${JSON.stringify(found)}`);
  if (typeof found === 'boolean') return value(found ? 1 : 0, `${field} is ${found}`);
  if (typeof found === 'number' && Number.isFinite(found)) return value(found, `${field} is ${found}`);
  return problem('NOT_A_NUMBER', `${field} is ${JSON.stringify(found)}`);
}

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

function value(number: number, detail: string): Reading {
  return { value: number, problem: null, detail };
}

function problem(code: NonNullable<Sample['problem']>, detail: string): Reading {
  return { value: null, problem: code, detail };
}
