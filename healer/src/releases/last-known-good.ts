import { createHash } from 'node:crypto';
import type { KubeClient } from '../kube/client.ts';
import { HEALER } from '../names.ts';

/** Contents kept of one thing; more than Helm or a Deployment keep by default. */
const KEPT = 12;
/** The API server takes no longer key of a ConfigMap. */
const KEY_LENGTH = 253;

/** Whose revisions are meant, e.g. `Release/shop/shop-release` or `Deployment/shop/back`. */
export type Subject = string;

/**
 * Which content was once seen to be rolled out completely: the only content that is worth going back to. Kept in a
 * ConfigMap, so that it outlives every replica.
 */
export class LastKnownGood {
  readonly #api: Pick<KubeClient, 'patchConfigMap'>;
  readonly #namespace: string;
  readonly #known = new Map<string, readonly string[]>();

  constructor(api: Pick<KubeClient, 'patchConfigMap'>, namespace: string) {
    this.#api = api;
    this.#namespace = namespace;
  }

  /** Takes what the ConfigMap holds; what this replica has just seen to work is kept, too. */
  load(data: Readonly<Record<string, string>>): void {
    for (const [key, text] of Object.entries(data)) {
      const stored = text.split(',').filter((content) => content !== '');
      this.#known.set(key, merge(stored, this.#known.get(key) ?? []));
    }
  }

  isKnownGood(subject: Subject, content: string): boolean {
    return this.#known.get(keyOf(subject))?.includes(content) === true;
  }

  /** Remembers that content works; rejects when that could not be stored, and is then to be called again. */
  async markGood(subject: Subject, content: string): Promise<void> {
    if (this.isKnownGood(subject, content)) return;
    const key = keyOf(subject);
    const contents = merge(this.#known.get(key) ?? [], [content]);
    await this.#api.patchConfigMap(this.#namespace, HEALER.lastKnownGood, { [key]: contents.join(',') });
    this.#known.set(key, contents);
  }
}

function merge(older: readonly string[], newer: readonly string[]): readonly string[] {
  return [...older.filter((each) => !newer.includes(each)), ...newer].slice(-KEPT);
}

function keyOf(subject: Subject): string {
  const key = subject.replaceAll('/', '.');
  if (key.length <= KEY_LENGTH) return key;
  return `${key.slice(0, 180)}.${createHash('sha256').update(subject).digest('hex').slice(0, 32)}`;
}
