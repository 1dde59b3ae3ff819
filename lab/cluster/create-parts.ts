import type { ImageSet, Tools } from '../../src/ports/images.ts';
import type { UpOptions } from '../../src/ports/lab.ts';
import type { LabSettings } from '../components/lab-settings.ts';
import type { Docker } from './docker.ts';
import type { LabFolder } from './lab-state.ts';

/** What a lab is brought up from and with. */
export interface CreateLabParts {
  readonly site: LabSettings;
  readonly folder: LabFolder;
  readonly docker: Docker;
  readonly dockerHost: string | undefined;
  readonly tools: Tools;
  readonly images: ImageSet;
  readonly options: UpOptions;
}
