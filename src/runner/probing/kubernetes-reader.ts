import { HarnessError } from '../../errors.ts';
import type { Kube } from '../../ports/kube.ts';
import { fieldAt, parseFieldPath } from '../../scenario/model/field-path.ts';
import type { KubernetesProbe } from '../../scenario/model/scenario.ts';
import { type LiveProbeReader, problem, type Reading, value } from './reading.ts';

export const kubernetesReader: LiveProbeReader<KubernetesProbe> = {
  read: (probe, { kube }) => readField(probe, kube),
  isNoDoubtfulWhenLate: false,
};

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
