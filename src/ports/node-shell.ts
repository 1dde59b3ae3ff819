export interface ShellAnswer {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Root shell on a node, below Kubernetes: a way to look at the kernel that needs no pod and no API server. */
export interface NodeShell {
  /** True where this node can be entered at all. */
  reaches(node: string): boolean;
  /** Runs a bash script on the node; a non-zero exit is an answer, an unreachable node throws. */
  run(node: string, script: string, signal?: AbortSignal): Promise<ShellAnswer>;
}
