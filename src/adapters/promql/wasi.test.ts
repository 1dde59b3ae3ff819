import { describe, expect, it } from 'vitest';
import { InternalError } from '../../errors.ts';
import { createWasi } from './wasi.ts';

/** Calls it with numbers, as a WebAssembly module does. */
function call(wasi: ReturnType<typeof createWasi>, name: string, ...numbers: readonly number[]): unknown {
  return Reflect.apply(wasi[name] ?? expect.unreachable(name), null, numbers);
}

describe('createWasi', () => {
  it('repeats the last words of a program that ends', () => {
    const memory = new ArrayBuffer(64);
    new Uint8Array(memory).set(new TextEncoder().encode('panic: why'), 40);
    const list = new DataView(memory);
    for (const [index, value] of [40, 7, 47, 3].entries()) list.setUint32(4 * index, value, true);
    const wasi = createWasi(['fd_write', 'proc_exit'], () => memory);
    expect(call(wasi, 'fd_write', 2, 0, 2, 32)).toBe(0);
    expect(list.getUint32(32, true)).toBe(10);
    const end = () => call(wasi, 'proc_exit', 2);
    expect(end).toThrow(InternalError);
    expect(end).toThrow('exit code 2: panic: why');
  });

  it('refuses whatever else a program asks of a system', () => {
    const wasi = createWasi(['path_open'], () => new ArrayBuffer(0));
    expect(call(wasi, 'path_open')).toBe(8);
  });
});
