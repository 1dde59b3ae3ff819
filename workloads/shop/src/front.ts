import { setTimeout as delay } from 'node:timers/promises';
import { Registry } from 'prom-client';
import { FrontMetrics } from './front-metrics.ts';
import { get } from './get.ts';
import { log } from './log.ts';
import type { ResolveBackends } from './resolve-backends.ts';
import type { RunningRole } from './role.ts';
import { Rotation } from './rotation.ts';
import { type Answer, Service } from './service.ts';
import type { Settings } from './settings.ts';

export type FrontSettings = Pick<Settings, 'port' | 'backTimeoutMs' | 'resolveEveryMs' | 'forgetAfterMs'>;

export interface RunningFront extends RunningRole {
  /** Asks the name service now; it is also asked every `resolveEveryMs`. */
  refresh(): Promise<void>;
}

/** Calls back-end pods one by one and tells which of them fails; a Service address would hide it. */
export async function startFront(settings: FrontSettings, resolve: ResolveBackends): Promise<RunningFront> {
  const registry = new Registry();
  const metrics = new FrontMetrics(registry);
  const rotation = new Rotation(settings.forgetAfterMs);
  let asking: Promise<void> | undefined;

  async function ask(): Promise<void> {
    try {
      const members = await resolve();
      metrics.rotated(rotation.replace(members, performance.now()), rotation.size);
    } catch (error: unknown) {
      // No answer says nothing about the back ends: the last known ones stay in rotation.
      metrics.lookupFailed();
      log('name service did not answer', { error: String(error) });
    }
  }

  function refresh(): Promise<void> {
    asking ??= ask().finally(() => {
      asking = undefined;
    });
    return asking;
  }

  async function answer(url: URL): Promise<Answer | undefined> {
    if (url.pathname !== '/item') return undefined;
    const backend = rotation.next();
    if (backend === undefined) return { status: 503, body: { error: 'no back end' } };
    const { replica, host, port } = backend;
    const reply = await get({ host, port, path: `/item${url.search}`, timeoutMs: settings.backTimeoutMs });
    metrics.call(replica, reply.outcome);
    if (reply.outcome === 'ok') return { status: 200, body: JSON.parse(reply.body) };
    return { status: reply.outcome === 'timeout' ? 504 : 502, body: { error: reply.outcome, replica } };
  }

  await refresh();
  const service = new Service(registry, answer);
  const port = await service.listen(settings.port);
  const asks = setInterval(refresh, settings.resolveEveryMs);

  async function stop(drainMs: number): Promise<void> {
    service.drain();
    await delay(drainMs);
    await service.close();
    clearInterval(asks);
    await asking;
  }
  return { port, stop, refresh };
}
