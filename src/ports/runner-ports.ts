import type { ImageRecord } from '../experiment/run-record/environment.ts';
import type { AlertRules } from './alert-rules.ts';
import type { Clock } from './clock.ts';
import type { FaultInjector } from './fault-injector.ts';
import type { HttpSource } from './http-source.ts';
import type { Kube } from './kube.ts';
import type { MetricsSource } from './metrics-source.ts';
import type { NodeCommands } from './node-commands.ts';
import type { NodeMachines } from './node-machines.ts';
import type { NodeShell } from './node-shell.ts';
import type { Receiver } from './receiver.ts';
import type { Releases } from './releases.ts';
import type { AuditSource, RemediationLog } from './remediation-log.ts';
import type { Witnesses } from './witness.ts';
import type { Workloads } from './workloads.ts';

/** Everything that a run needs from the world. */
export interface RunnerPorts {
  readonly clock: Clock;
  readonly kube: Kube;
  readonly metrics: MetricsSource;
  readonly alertRules: AlertRules;
  /** Null where nobody takes messages. */
  readonly receiver: Receiver | null;
  readonly http: HttpSource;
  readonly injector: FaultInjector;
  readonly witnesses: Witnesses;
  readonly nodes: NodeShell;
  readonly machines: NodeMachines;
  readonly commands: NodeCommands;
  readonly releases: Releases;
  readonly remediation: RemediationLog;
  readonly audit: AuditSource;
  readonly workloads: Workloads;
  readonly images: readonly ImageRecord[];
  readonly version: string;
}
