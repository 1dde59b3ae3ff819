import type { RunContext } from '../../run/run-context.ts';
import { waitUntil } from '../../waiting/wait-until.ts';
import { isReady } from './node-choice.ts';

const READY_MS = 60_000;

/** @throws WaitTimeoutError where the node does not come back to Ready. */
export async function untilReady({ ports }: RunContext, node: string, signal: AbortSignal): Promise<void> {
  await waitUntil(
    async () => {
      const object = await ports.kube.get({ apiVersion: 'v1', kind: 'Node', name: node });
      return isReady(object) ? { done: true, value: undefined } : { done: false, seen: 'not ready' };
    },
    { clock: ports.clock, what: `node ${node} to be ready again`, timeoutMs: READY_MS, everyMs: 500, signal },
  );
}
