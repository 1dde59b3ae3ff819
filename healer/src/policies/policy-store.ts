import { type ParsedPolicy, type PolicyKind, type PolicyObject, parsePolicy, policyName } from '../policy/parse.ts';
import type { Policy } from '../policy/schema.ts';

/** A policy of the API server, as the healer read it. */
export interface PolicyEntry {
  readonly kind: PolicyKind;
  readonly namespace: string | undefined;
  readonly objectName: string;
  /** Name in records and metrics. */
  readonly name: string;
  readonly uid: string;
  readonly generation: number;
  readonly parsed: ParsedPolicy;
}

export interface PolicyStoreEvents {
  onLoaded(entry: PolicyEntry): void;
  onRefused(entry: PolicyEntry, sentence: string): void;
  onGone(name: string): void;
}

/** The policies in force: of every object what it says now, and nothing when that is wrong. */
export class PolicyStore {
  readonly #ownNamespace: string;
  readonly #events: PolicyStoreEvents;
  readonly #entries = new Map<string, PolicyEntry>();
  #policies: readonly Policy[] = [];

  constructor(ownNamespace: string, events: PolicyStoreEvents) {
    this.#ownNamespace = ownNamespace;
    this.#events = events;
  }

  get policies(): readonly Policy[] {
    return this.#policies;
  }

  /** Every policy, refused ones too. */
  entries(): readonly PolicyEntry[] {
    return [...this.#entries.values()];
  }

  /** Takes an object as it is now; a change of its status alone is none. */
  offer(kind: PolicyKind, object: PolicyObject): void {
    const { namespace, name = '', uid = '', generation = 0 } = object.metadata ?? {};
    const known = this.#entries.get(policyName(object));
    if (known?.uid === uid && known.generation === generation) return;
    const parsed = parsePolicy(kind, object, this.#ownNamespace);
    const entry = { kind, namespace, objectName: name, name: policyName(object), uid, generation, parsed };
    this.#entries.set(entry.name, entry);
    this.#refresh();
    if (parsed.ok) this.#events.onLoaded(entry);
    else this.#events.onRefused(entry, `policy ${entry.name} is not in force: ${parsed.problems.join('; ')}`);
  }

  /** The object is gone: whoever removed it wants no action. */
  withdraw(name: string): void {
    if (!this.#entries.delete(name)) return;
    this.#refresh();
    this.#events.onGone(name);
  }

  #refresh(): void {
    this.#policies = this.entries().flatMap(({ parsed }) => (parsed.ok ? [parsed.policy] : []));
  }
}
