import type { Run } from '../../../../src/adapters/process/command.ts';

/** One thing that is built by itself, kept under a key of all that decides its content, and never built twice. */
export interface Part {
  readonly id: string;
  /** What a person reads while it is built. */
  readonly title: string;
  /** Ids of the parts whose output this one reads. */
  readonly needs: readonly string[];
  /** Versions, flags and package lists; change `recipe` when the steps change. */
  readonly inputs: Readonly<Record<string, unknown>> & { readonly recipe: number };
  /** Files and folders whose content counts, absolute. */
  readonly files: readonly string[];
  /** The lab does without it: built only when it is asked for by name. */
  readonly optional?: true;
  /** Measured on two cores with cold caches. */
  readonly expectedSeconds: number;
  build(context: BuildContext): Promise<void>;
}

export interface BuildContext {
  /** Empty folder to fill; it becomes visible under its final name when `build` returns. */
  readonly out: string;
  /** Empty scratch folder, removed afterwards. */
  readonly work: string;
  /** Output folder of a part named in `needs`. */
  readonly outputOf: (partId: string) => string;
  /** Runs with the part's log file, environment and abort signal. */
  readonly run: Run;
}
