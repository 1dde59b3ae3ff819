import type { ImageRecord } from '../experiment/run-record/environment.ts';
import type { MissingPart } from './images.ts';
import type { Progress } from './progress.ts';

export interface LabNode {
  /** Its name in Kubernetes. */
  readonly name: string;
  /** Its name in the container engine. */
  readonly container: string;
  /** Address in the engine's network. */
  readonly ip: string;
  readonly role: 'control-plane' | 'worker';
  readonly zone: string | null;
  /** Here lives what measures and reverts; no fault may hit it. */
  readonly judge: boolean;
}

/** What others need to work with a lab that is up. */
export interface LabInfo {
  readonly clusterName: string;
  readonly kubeconfigPath: string;
  /** Reached without the API server. */
  readonly prometheusUrl: string;
  /** Where messages of the healer and alerts end up; reached without the API server. Absent as `helm` may be. */
  readonly receiverUrl?: string;
  /** `unix:///…`, or null for the engine of the user's own context. */
  readonly dockerHost: string | null;
  readonly docker: string;
  /** Absent in the record of a lab that an earlier version brought up. */
  readonly helm?: string;
  readonly nodes: readonly LabNode[];
  readonly images: readonly ImageRecord[];
  readonly missing: readonly MissingPart[];
  readonly chaosMeshTag: string;
}

/** Where a lab stands. `foreign`: a cluster of this name exists that healproof did not make. */
export type LabState = 'absent' | 'ready' | 'stopped' | 'unfinished' | 'broken' | 'foreign';

export interface LabStatus {
  readonly clusterName: string;
  readonly state: LabState;
  /** One sentence each: what is wrong, or what is there. */
  readonly details: readonly string[];
  readonly info: LabInfo | null;
  /** The run that holds the lab now. */
  readonly runInProgress: string | null;
}

export interface LabOptions {
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

export interface UpOptions extends LabOptions {
  /** The cluster is this process's own: it is removed if the process goes away. */
  readonly bound?: boolean;
  /** Make a lab anew that no longer fits its configuration instead of refusing. */
  readonly recreate: boolean;
}

export interface DownOptions extends LabOptions {
  /** Also engine, images and cache. */
  readonly all: boolean;
  /** Even while a run is in progress. */
  readonly force: boolean;
}

/** The cluster that scenarios run on. */
export interface Lab {
  /** Makes, repairs or leaves alone, whatever is needed. @throws PreflightError, CommandError, WaitTimeoutError. */
  up(options: UpOptions): Promise<LabInfo>;
  /** Why this machine cannot hold another lab, or null. At most a container engine is got and started for the answer. */
  misfit(options: LabOptions): Promise<string | null>;
  /** Also where there is none. @returns sentences that say what was removed. */
  down(options: DownOptions): Promise<readonly string[]>;
  status(options: LabOptions): Promise<LabStatus>;
  /** The lab as it was last brought up. @throws PreflightError when there is none. */
  open(): Promise<LabInfo>;
}
