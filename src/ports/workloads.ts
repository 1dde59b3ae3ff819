import type { KubeRef } from './kube.ts';

/** Where the lab keeps the alerting rules of all workloads for its Prometheus. */
export const WORKLOAD_RULES = {
  ref: {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    namespace: 'healproof-monitoring',
    name: 'prometheus-workload-rules',
  } satisfies KubeRef,
  keyOf: (workload: string, file: string): string => `${workload}.${file}`,
} as const;

/** Kubernetes manifests of what gets broken. */
export interface Workloads {
  /** Objects in the order in which they are applied; namespaces first. @throws PreflightError for an unknown name. */
  load(name: string): Promise<readonly unknown[]>;
  /** Absolute path of a chart's folder below the workload's; null where there is none. */
  chart(name: string, folder: string): Promise<string | null>;
  /** Text of each file of Prometheus rules that comes with it, by the file's name. */
  rules(name: string): Promise<ReadonlyMap<string, string>>;
}
