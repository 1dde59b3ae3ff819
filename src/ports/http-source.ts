import type { HttpAddress } from '../scenario/model/scenario.ts';

export type HttpAnswer =
  /** `body`: its first 64 KB. */
  | { readonly kind: 'answer'; readonly status: number; readonly body: string }
  /** Whoever was asked did not answer, or not in time: that is a finding. */
  | { readonly kind: 'silence'; readonly detail: string }
  /** Nobody could be asked: that is no finding. */
  | { readonly kind: 'unknown'; readonly detail: string };

/** Asks an address as a user would. */
export interface HttpSource {
  /** One GET; never throws, except the signal's reason. */
  get(address: HttpAddress, timeoutMs: number, signal: AbortSignal): Promise<HttpAnswer>;
}

/** As much of a body as is looked at. */
export const LARGEST_BODY_BYTES = 65_536;
