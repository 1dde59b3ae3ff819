import { setTimeout as delay } from 'node:timers/promises';
import { Counter, Registry } from 'prom-client';
import { ItemStore } from './item-store.ts';
import { log } from './log.ts';
import type { RunningRole } from './role.ts';
import { type Answer, Service } from './service.ts';
import type { Settings } from './settings.ts';

const SAVE_EVERY_MS = 1000;

export async function startBack(settings: Pick<Settings, 'port' | 'stateFile'>): Promise<RunningRole> {
  const registry = new Registry();
  const items = await ItemStore.open(settings.stateFile);
  const served = new Counter({
    name: 'shop_items_served_total',
    help: 'Items this back end handed out.',
    registers: [registry],
  });

  async function answer(url: URL): Promise<Answer | undefined> {
    if (url.pathname !== '/item') return undefined;
    const id = url.searchParams.get('id');
    if (id === null || id === '') return { status: 400, body: { error: 'id is missing' } };
    served.inc();
    return { status: 200, body: items.look(id) };
  }

  const service = new Service(registry, answer);
  const port = await service.listen(settings.port);
  const save = (): Promise<void> =>
    items.save().catch((error: unknown) => log('state not saved', { error: String(error) }));
  const saving = setInterval(save, SAVE_EVERY_MS);

  async function stop(drainMs: number): Promise<void> {
    service.drain();
    await delay(drainMs);
    clearInterval(saving);
    await service.close();
    await save();
  }
  return { port, stop };
}
