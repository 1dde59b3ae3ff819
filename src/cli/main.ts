#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

// Compiled code is kept beside the packages, so that the next command starts in half the time. Must come before all else.
enableCompileCache(fileURLToPath(new URL('../../node_modules/.cache/healproof', import.meta.url)));
const { runCommandLine } = await import('./command-line.ts');
const exitCode = await runCommandLine(process.argv);
// What was written to a pipe is still on its way, and an exit would cut it off.
await Promise.all([process.stdout, process.stderr].map((out) => new Promise((done) => out.write('', done))));
process.exit(exitCode);
