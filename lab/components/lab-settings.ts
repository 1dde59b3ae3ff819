import type { Run } from '../../src/adapters/process/command.ts';
import type { Wait } from '../../src/adapters/process/wait.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Host } from '../../src/ports/host.ts';
import type { Images } from '../../src/ports/images.ts';
import type { Kube } from '../../src/ports/kube.ts';

/** Where a lab is made and with what; everything outside the process comes in here. */
export interface LabSettings {
  readonly clusterName: string;
  readonly cacheDir: string;
  /** The kind configuration, and the folder with one folder for each component. */
  readonly kindConfigPath: string;
  readonly deployDir: string;
  /** Folder with one folder for each workload. */
  readonly workloadsDir: string;
  /** Null: the lab's own. */
  readonly prometheusUrl: string | null;
  readonly buildMs: number;
  readonly labMs: number;
  readonly images: Images;
  readonly host: Host;
  readonly run: Run;
  readonly wait: Wait;
  readonly clock: Clock;
  connect(kubeconfigPath: string): Kube;
  /** A server's identity under this name, PEM, by an authority of its own. */
  issueCertificate(host: string): Promise<{
    readonly authority: string;
    readonly certificate: string;
    readonly key: string;
  }>;
  /** True where a GET is answered with 200. */
  answers(url: string, signal: AbortSignal): Promise<boolean>;
}
