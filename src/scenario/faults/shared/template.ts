/** What a template writes of what was chosen; every text is ready to stand in YAML. */
export interface FaultChoices {
  readonly namespace: string;
  /** `app` label of the pods to hit; also the name of their Deployment. */
  readonly app: string;
  /** `app` label of the pods that a partition cuts them off from. */
  readonly from: string;
  /** Folder in `workloads/`, which is also its release, or null for what runs already. */
  readonly workload: string | null;
}

export interface FaultTemplate {
  readonly title: (choices: FaultChoices) => string;
  /** Lines of the fault; null for `fault: none`. */
  readonly fault: ((choices: FaultChoices) => readonly string[]) | null;
  readonly maxPods: number;
  readonly maxNodes?: number;
  readonly recovery: readonly string[];
  /** Only a workload has a release. */
  readonly needsWorkload?: true;
}

export const HEALED = ['within: 45s', 'stableFor: 10s', 'by: healer'];
export const ABSORBED = ['within: 20s', 'stableFor: 10s', 'by: none'];
export const PUT_BACK = ['within: 30s', 'stableFor: 10s', 'by: kubernetes'];

export function indent(levels: number, lines: readonly string[]): string[] {
  return lines.map((line) => `${'  '.repeat(levels)}${line}`);
}
