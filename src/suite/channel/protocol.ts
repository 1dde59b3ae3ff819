import type { RunEvent } from '../../ports/reporter.ts';

/** What the worker tells the process that started it. One JSON line each. */
export type WorkerMessage =
  | { readonly type: 'event'; readonly event: RunEvent }
  /** A run keeps its journal in this folder. */
  | { readonly type: 'begun'; readonly dir: string }
  /** A run was put away in this folder. */
  | { readonly type: 'finished'; readonly dir: string }
  /** Something went wrong that no run record can tell. */
  | { readonly type: 'problem'; readonly message: string };

/** What the worker is told. The first message after connecting is a welcome, or that all is over already. */
export type StarterMessage = { readonly type: 'welcome' } | { readonly type: 'abort'; readonly reason: string };

/** Names the file that tells a worker which suite it belongs to. */
export const SUITE_VARIABLE = 'HEALPROOF_INTERNAL_SUITE';

/** Hands over the messages of a stream of chunks, also when a chunk ends in the middle of one. */
export function messageReader<T>(onMessage: (message: T) => void): (chunk: string) => void {
  let rest = '';
  return (chunk) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onMessage(JSON.parse(line) as T);
  };
}

export function encode(message: WorkerMessage | StarterMessage): string {
  return `${JSON.stringify(message)}\n`;
}
