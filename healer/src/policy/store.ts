import { parsePolicies } from './parse.ts';
import type { Policy } from './schema.ts';

export interface PolicyStoreEvents {
  onLoaded(policies: readonly Policy[], source: string): void;
  /** The new text is refused; what was loaded before holds. */
  onRefused(sentence: string, source: string): void;
}

/** The policies in force: the last good ones. */
export class PolicyStore {
  readonly #ownNamespace: string;
  readonly #events: PolicyStoreEvents;
  #policies: readonly Policy[] | undefined;
  #lastText: string | undefined;

  constructor(ownNamespace: string, events: PolicyStoreEvents) {
    this.#ownNamespace = ownNamespace;
    this.#events = events;
  }

  /** False until a good set of policies was seen. */
  get loaded(): boolean {
    return this.#policies !== undefined;
  }

  get policies(): readonly Policy[] {
    return this.#policies ?? [];
  }

  /** Takes the text of the ConfigMap's key (empty when the key is missing). `source` names the version for messages. */
  offer(text: string, source: string): void {
    if (text === this.#lastText) return;
    this.#lastText = text;
    const parsed = parsePolicies(text, this.#ownNamespace);
    if (parsed.ok) {
      this.#policies = parsed.policies;
      this.#events.onLoaded(parsed.policies, source);
      return;
    }
    const held = this.loaded ? 'the policies loaded before stay in force' : 'no policy is in force';
    this.#events.onRefused(`policies refused, ${held}: ${parsed.problems.join('; ')}`, source);
  }

  /** The ConfigMap is gone: whoever removed it wants no action. */
  withdraw(source: string): void {
    this.#lastText = undefined;
    this.#policies = undefined;
    this.#events.onRefused('there are no policies any more, no policy is in force', source);
  }
}
