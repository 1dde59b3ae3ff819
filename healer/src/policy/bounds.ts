/** A rule in the API server's own language, with the sentence that a user reads when it does not hold. */
export interface CelRule {
  readonly rule: string;
  readonly message: string;
}

/** Metadata of a schema that ends up in the custom resource definition. */
export function cel(...rules: readonly CelRule[]): { 'x-kubernetes-validations': readonly CelRule[] } {
  return { 'x-kubernetes-validations': rules };
}

/** Bounds on lists and texts; without them the API server cannot tell what a rule may cost and refuses it. */
export const MOST = { conditions: 20, labels: 20, namespaces: 100, windows: 20, alerts: 20, steps: 10 } as const;
