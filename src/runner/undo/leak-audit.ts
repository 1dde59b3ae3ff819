import { messageOf } from '../../errors.ts';
import { DEAD_MAN } from '../../experiment/cluster-records/undo.ts';
import type { Leak } from '../../experiment/evidence/evidence.ts';
import type { Kube } from '../../ports/kube.ts';
import { type Inventory, leaksBetween, takeInventory } from './inventory.ts';

/** What a run leaves behind: an inventory before its first change against one after its last way back. */
export class LeakAudit {
  readonly leaks: Leak[] = [];
  readonly #kube: Kube;
  readonly #keep: boolean;
  #before: Inventory | null = null;

  constructor(kube: Kube, keep: boolean) {
    this.#kube = kube;
    this.#keep = keep;
  }

  async begin(): Promise<void> {
    this.#before = await takeInventory(this.#kube, DEAD_MAN.namespace);
  }

  /** Null where all could be looked at or nothing was changed, else a sentence. */
  async end(): Promise<string | null> {
    if (this.#before === null) return null;
    try {
      const leaks = leaksBetween(this.#before, await takeInventory(this.#kube, DEAD_MAN.namespace));
      // What the user asked to keep is not a leak.
      const isKept = ({ what }: Leak): boolean => this.#keep && what.startsWith('namespace ');
      this.leaks.push(...leaks.filter((leak) => !isKept(leak)));
      return null;
    } catch (error: unknown) {
      return `the leak audit could not be done: ${messageOf(error)}`;
    }
  }
}
