import type { Workbench } from '../workbench/workbench.ts';
import { type RunCommandOptions, runCommand } from './run.ts';
import { usageOf } from './up.ts';

/** From nothing to a report: the lab, the scenarios, the verdict. The lab stays up. */
export async function start(bench: Workbench, options: RunCommandOptions): Promise<number> {
  const { progress, signal } = bench;
  const { lab } = await bench.labParts();
  const info = await lab.up({ progress, signal, recreate: false });
  const exitCode = await runCommand(bench, options);
  progress.note(`\n${usageOf(info)}`);
  return exitCode;
}
