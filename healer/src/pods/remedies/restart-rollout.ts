import type { V1Deployment } from '@kubernetes/client-node';
import type { Clock } from '../../clock.ts';
import type { Remedy, RemedyRequest, RemedyResult } from '../../incidents/remedy.ts';
import { ANNOTATIONS } from '../../names.ts';
import { send } from './send.ts';

export interface RestartApi {
  readDeployment(namespace: string, name: string): Promise<V1Deployment | undefined>;
  patchDeployment(namespace: string, name: string, body: object): Promise<V1Deployment>;
}

const RETRY_MS = 2_000;

/** Replaces all pods of a Deployment at the pace of its own strategy, once for each incident. */
export function restartRollout(api: RestartApi, clock: Clock): Remedy {
  return { type: 'RestartRollout', apply: (sick) => restart(api, clock, sick) };
}

async function restart(api: RestartApi, clock: Clock, { workload, incident }: RemedyRequest): Promise<RemedyResult> {
  if (workload?.kind !== 'Deployment') return { kind: 'inapplicable', reason: 'only a Deployment is restarted' };
  const { namespace, name, uid } = workload;
  let gone = false;
  const outcome = await send(clock, async () => {
    const found = await api.readDeployment(namespace, name);
    gone = found?.metadata?.uid !== uid;
    if (found === undefined || gone || isRestartedFor(found, incident))
      return { generation: found?.metadata?.generation };
    const { resourceVersion } = found.metadata ?? {};
    const template = { metadata: { annotations: { [ANNOTATIONS.restartedFor]: incident } } };
    const patched = await api.patchDeployment(namespace, name, {
      metadata: { uid, resourceVersion },
      spec: { template },
    });
    return { generation: patched.metadata?.generation };
  });
  if (!gone) return outcome;
  return { kind: 'refused', refusal: 'TargetGone', reason: `${namespace}/${name} is gone`, retryAfterMs: RETRY_MS };
}

/** An earlier attempt, whose answer got lost, was carried out. */
function isRestartedFor({ spec }: V1Deployment, incident: string): boolean {
  return spec?.template.metadata?.annotations?.[ANNOTATIONS.restartedFor] === incident;
}
