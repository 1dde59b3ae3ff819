#!/usr/bin/env node
import { keepCompiled } from '../compile-cache.mjs';

// Before anything is loaded that an old Node does not even understand.
const OLDEST_NODE = [22, 18];
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
  process.stderr.write(`healproof needs Node ${OLDEST_NODE.join('.')} or newer; this is ${process.versions.node}\n`);
  process.exit(2);
}
keepCompiled();
const { runCommandLine } = await import('./command-line.ts');
const exitCode = await runCommandLine(process.argv);
// What was written to a pipe is still on its way, and an exit would cut it off.
await Promise.all([process.stdout, process.stderr].map((out) => new Promise((done) => out.write('', done))));
process.exit(exitCode);
