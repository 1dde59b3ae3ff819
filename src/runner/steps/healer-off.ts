import { HEALER } from '../../../healer/src/names.ts';
import { counted } from '../../counted.ts';
import { PreflightError } from '../../errors.ts';
import { rolledOut } from '../cluster/deployments.ts';
import type { RunContext } from '../run/run-context.ts';
import { waitUntil } from '../waiting/wait-until.ts';

const DEPLOYMENT = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  namespace: HEALER.namespace,
  name: HEALER.name,
} as const;

/** Takes the healer away for a control run: Deployment to 0, and no pod of it left. Its return is registered first. */
export async function switchHealerOff(context: RunContext): Promise<void> {
  const { kube, clock } = context.ports;
  const deployment = await kube.get(DEPLOYMENT);
  if (deployment === null) throw new PreflightError('there is no healer to switch off');
  const { replicas = 1 } = deployment.spec as { replicas?: number };
  await context.undoStack.undoLater({ op: 'scale', ref: DEPLOYMENT, replicas }, () => healerIsBack(context));
  await kube.scale(DEPLOYMENT, 0);
  await waitUntil(
    async () => {
      const query = { namespace: HEALER.namespace, labelSelector: `app=${HEALER.name}` };
      const pods = await kube.list({ apiVersion: 'v1', kind: 'Pod', ...query });
      return pods.length === 0
        ? { done: true, value: undefined }
        : { done: false, seen: `${counted(pods.length, 'pod')} left` };
    },
    { clock, what: 'the healer to be gone', timeoutMs: 60_000, everyMs: 500, signal: context.signal },
  );
}

/** The next run must find the healer awake. */
async function healerIsBack({ ports }: RunContext): Promise<void> {
  await waitUntil(() => rolledOut(ports.kube, [HEALER.namespace]), {
    clock: ports.clock,
    what: 'the healer to be back',
    timeoutMs: 60_000,
    everyMs: 500,
    signal: AbortSignal.timeout(60_000),
  });
}
