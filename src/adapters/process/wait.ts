export interface WaitOptions {
  readonly timeoutMs: number;
  readonly everyMs: number;
  readonly signal: AbortSignal;
}

/** What one look found: done with a value, or not yet and why. */
export type Look<T> = { readonly done: true; readonly value: T } | { readonly done: false; readonly seen: string };

/** Looks again and again; the runner's waiting loop is handed in, so that no adapter sleeps on its own. */
export type Wait = <T>(what: string, look: () => Promise<Look<T>>, options: WaitOptions) => Promise<T>;
