import { keepCompiled } from '../compile-cache.mjs';

// The process of a suite; it was started by healproof alone.
keepCompiled();
const { runSuiteProcess } = await import('./suite-process.ts');
await runSuiteProcess();
// How the scenarios ended is in their records; what this exit code says is that the process came to its end.
process.exit(0);
