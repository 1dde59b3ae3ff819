/** What speaks for or against acting on anything in a namespace, gathered at one moment. */
export interface Surroundings {
  readonly watches: readonly { readonly name: string; readonly ageMs: number }[];
  readonly staleWatchMs: number;
  readonly allowedNamespaces: readonly string[];
  readonly ownNamespace: string;
  /** The target's namespace is opted out; undefined when the namespace is not known. */
  readonly namespaceOptedOut: boolean | undefined;
  readonly namespacePausedUntilMs: number | undefined;
  /** Why so much is sick that the cause lies elsewhere; undefined in calm times. */
  readonly storm: string | undefined;
  /** An alert that the policy asks to be heeded and that fires, or why nobody knows. */
  readonly blockingAlert: string | undefined;
}
