import { run } from '../src/adapters/process/command.ts';
import { REPO_ROOT } from '../src/installation.ts';

/** Throws many generated texts at the compiler: no crash, no silence, none over a second. Usage: node bench/fuzz.ts [inputs] */
const inputs = Number(process.argv[2] ?? 1_000_000);
const beganMs = performance.now();
const env = { HEALPROOF_FUZZ_RUNS: String(inputs) };
const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--project', 'unit', 'src/scenario/fuzz.test.ts'];
const { stdout } = await run(process.execPath, vitest, { cwd: REPO_ROOT, env, timeoutMs: 6 * 3_600_000 });
const seconds = (performance.now() - beganMs) / 1_000;
process.stdout.write(`${stdout}\n${inputs} inputs in ${seconds.toFixed(0)} s\n`);
