import { InternalError } from '../../errors.ts';

/** The errors of WASI by their numbers. */
const SUCCESS = 0;
const BAD_FILE_DESCRIPTOR = 8;
const NANOSECONDS_PER_MS = 1e6;

type SystemCall = (...args: never[]) => number;

/**
 * The interface to a system for a program built by Go, as small as its runtime permits: a clock for its garbage collector
 * and a place for its last words. There are no files, no arguments, no environment and no chance, so a program that is
 * asked the same answers the same.
 */
export function createWasi(
  names: readonly string[],
  memory: () => ArrayBuffer,
): { readonly [name: string]: SystemCall } {
  let lastWords = '';
  const calls: { readonly [name: string]: SystemCall } = {
    clock_time_get: (_clock: number, _precision: bigint, at: number) => {
      const now = BigInt(Math.round(performance.now() * NANOSECONDS_PER_MS));
      new DataView(memory()).setBigUint64(at, now, true);
      return SUCCESS;
    },
    fd_write: (_file: number, list: number, count: number, writtenAt: number) => {
      const text = gathered(memory(), list, count);
      lastWords += text;
      new DataView(memory()).setUint32(writtenAt, text.length, true);
      return SUCCESS;
    },
    proc_exit: (code: number) => {
      throw new InternalError(`a WebAssembly module ended with exit code ${code}: ${lastWords}`);
    },
    // What these would fill in is 0 already.
    random_get: () => SUCCESS,
    args_sizes_get: () => SUCCESS,
    args_get: () => SUCCESS,
    environ_sizes_get: () => SUCCESS,
    environ_get: () => SUCCESS,
    sched_yield: () => SUCCESS,
  };
  return Object.fromEntries(names.map((name) => [name, calls[name] ?? (() => BAD_FILE_DESCRIPTOR)]));
}

/** The text in a list of buffers, each told by place and size, with one character for each byte. */
function gathered(memory: ArrayBuffer, list: number, count: number): string {
  const places = new DataView(memory, list);
  const buffers = Array.from({ length: count }, (_, index) => {
    const [at, size] = [places.getUint32(8 * index, true), places.getUint32(8 * index + 4, true)];
    return new TextDecoder('latin1').decode(new Uint8Array(memory, at, size));
  });
  return buffers.join('');
}
