import type { ReasonCode } from './reason-codes.ts';

/** What was found out about one claim about alerts or messages. */
export interface SignalResult {
  /** The claim in a few words. */
  readonly what: string;
  /** Why it does not hold or is not known; null where it holds. */
  readonly code: ReasonCode | null;
  /** A sentence with the numbers it rests on. */
  readonly detail: string;
}

/** Makes results of one claim. */
export class SignalClaim {
  readonly #what: string;

  constructor(what: string) {
    this.#what = what;
  }

  met(detail: string): SignalResult {
    return { what: this.#what, code: null, detail };
  }

  not(code: ReasonCode, detail: string): SignalResult {
    return { what: this.#what, code, detail };
  }
}
