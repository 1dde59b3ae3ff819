import type { RunEvent } from '../../ports/reporter.ts';

/** What the worker tells the process that started it. One JSON line each. */
export type WorkerMessage =
  | { readonly type: 'event'; readonly event: RunEvent }
  /** A run was put away in this folder. */
  | { readonly type: 'finished'; readonly runId: string; readonly dir: string }
  /** Something went wrong that no run record can tell. */
  | { readonly type: 'problem'; readonly message: string };

/** What the worker is told. */
export interface AbortMessage {
  readonly type: 'abort';
  readonly reason: string;
}

/** Names the file that tells a worker which suite it belongs to. */
export const SUITE_VARIABLE = 'HEALPROOF_SUITE';

/** Hands over the messages of a stream of chunks, also when a chunk ends in the middle of one. */
export function messageReader<T>(onMessage: (message: T) => void): (chunk: string) => void {
  let rest = '';
  return (chunk) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onMessage(JSON.parse(line) as T);
  };
}

export function encode(message: WorkerMessage | AbortMessage): string {
  return `${JSON.stringify(message)}\n`;
}
