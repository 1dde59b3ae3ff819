import { ConsoleProgress } from '../../adapters/console/console-progress.ts';
import { terminalOptions } from '../../adapters/console/console-reporter.ts';
import type { LabParts } from '../../compose/compose-lab.ts';
import type { Config } from '../../config/config.ts';
import type { Lab } from '../../ports/lab.ts';
import type { Progress } from '../../ports/progress.ts';

/** What most commands need, made from the configuration. */
export interface Workbench {
  readonly config: Config;
  /** Says where the lab is; all that a run needs of it. */
  readonly lab: Pick<Lab, 'open'>;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  /** What makes, looks at and removes labs; nothing of it is loaded before. */
  labParts(): Promise<LabParts>;
}

export function openWorkbench(config: Config, signal: AbortSignal): Workbench {
  const progress = new ConsoleProgress(terminalOptions(process.stderr, process.env));
  return {
    config,
    progress,
    signal,
    lab: {
      open: async () => {
        const { LabFolder } = await import('../../../lab/cluster/lab-state.ts');
        return new LabFolder(config.cacheDir, config.cluster.name).open();
      },
    },
    labParts: async () => {
      const { composeLab } = await import('../../compose/compose-lab.ts');
      return composeLab(config);
    },
  };
}
