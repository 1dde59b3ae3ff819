import { ConsoleProgress } from '../../adapters/console/console-progress.ts';
import { terminalOptions } from '../../adapters/console/console-reporter.ts';
import { composeLab } from '../../compose/compose-lab.ts';
import type { Config } from '../../config/config.ts';
import type { Host } from '../../ports/host.ts';
import type { Images } from '../../ports/images.ts';
import type { Lab } from '../../ports/lab.ts';
import type { Progress } from '../../ports/progress.ts';

/** What most commands need, made from the configuration. */
export interface Workbench {
  readonly config: Config;
  readonly lab: Lab;
  readonly images: Images;
  readonly host: Host;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

export async function openWorkbench(config: Config, signal: AbortSignal): Promise<Workbench> {
  const parts = await composeLab(config);
  const progress = new ConsoleProgress(terminalOptions(process.stderr, process.env));
  return { config, ...parts, progress, signal };
}
