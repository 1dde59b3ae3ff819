import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import type { ParsePromql } from '../../scenario/promql/analysis.ts';
import { startModule } from './wasm-module.ts';

/** Built from the Go files beside it by `scripts/build-promql-parser.ts`. */
const FILE = join(import.meta.dirname, 'wasm', 'parser.wasm.br');

let ask: ((query: string) => string) | undefined;

/** Prometheus' own parser. It is loaded when it is asked for the first time: most commands can do without. */
export const parsePromql: ParsePromql = (query) => {
  ask ??= startModule(brotliDecompressSync(readFileSync(FILE)));
  return JSON.parse(ask(query));
};
