#!/usr/bin/env node
import { keepCompiled } from '../compile-cache.mjs';

keepCompiled();
const { runCommandLine } = await import('./command-line.ts');
const exitCode = await runCommandLine(process.argv);
// What was written to a pipe is still on its way, and an exit would cut it off.
await Promise.all([process.stdout, process.stderr].map((out) => new Promise((done) => out.write('', done))));
process.exit(exitCode);
