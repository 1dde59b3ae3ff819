/** Kubernetes manifests of what gets broken. */
export interface Workloads {
  /** Objects in the order in which they are applied; namespaces first. @throws PreflightError for an unknown name. */
  load(name: string): Promise<readonly unknown[]>;
  /** Absolute path of a chart's folder below the workload's; null where there is none. */
  chart(name: string, folder: string): Promise<string | null>;
}
