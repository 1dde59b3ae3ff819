import { createWasi } from './wasi.ts';

// Neither the types of the language without a browser nor those of Node describe it.
declare const WebAssembly: {
  readonly Module: { new (bytes: Uint8Array): object; imports(module: object): readonly { readonly name: string }[] };
  readonly Instance: new (module: object, imports: object) => { readonly exports: object };
};

interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer };
  _initialize(): void;
  /** Where so many bytes of text can be written. */
  allocate(size: number): number;
  /** How long the answer is. */
  parse(): number;
  /** Where it begins. */
  answer(): number;
}

/** Starts the module of `wasm/main.go`; what it returns asks it. */
export function startModule(bytes: Uint8Array): (text: string) => string {
  const go = instanceOf(new WebAssembly.Module(bytes));
  go._initialize();
  return (text) => {
    const asked = new TextEncoder().encode(text);
    const at = go.allocate(asked.length);
    new Uint8Array(go.memory.buffer).set(asked, at);
    const size = go.parse();
    // Memory that has grown is another buffer.
    return new TextDecoder().decode(new Uint8Array(go.memory.buffer, go.answer(), size));
  };
}

function instanceOf(module: object): Exports {
  const names = WebAssembly.Module.imports(module).map(({ name }) => name);
  const wasi = createWasi(names, () => exports.memory.buffer);
  const exports = new WebAssembly.Instance(module, { wasi_snapshot_preview1: wasi }).exports as Exports;
  return exports;
}
