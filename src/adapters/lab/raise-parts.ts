import type { ImageSet, Tools } from '../../ports/images.ts';
import type { UpOptions } from '../../ports/lab.ts';
import type { Docker } from './docker.ts';
import type { LabFolder } from './lab-state.ts';
import type { LabSite } from './site.ts';

/** What a lab is brought up from and with. */
export interface RaiseParts {
  readonly site: LabSite;
  readonly folder: LabFolder;
  readonly docker: Docker;
  readonly dockerHost: string | undefined;
  readonly tools: Tools;
  readonly images: ImageSet;
  readonly options: UpOptions;
}
