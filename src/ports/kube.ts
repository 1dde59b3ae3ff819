/** A Kubernetes object as the API server gives it, in JSON. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly resourceVersion?: string;
    readonly generation?: number;
    readonly creationTimestamp?: string;
    readonly deletionTimestamp?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly finalizers?: readonly string[];
    readonly ownerReferences?: readonly { readonly kind: string; readonly name: string; readonly uid: string }[];
  };
  readonly [key: string]: unknown;
}

export interface KubeRef {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string | undefined;
  readonly name: string;
}

export interface ListQuery {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

export interface DryRun {
  /** The server says what the object would become and changes nothing. */
  readonly dryRun?: boolean;
}

/** Only where it is still the object that was looked at, and not another of the same name. */
export interface OfUid {
  readonly uid?: string | undefined;
}

export interface PatchOptions extends DryRun, OfUid {
  readonly strategic?: boolean;
}

/** The API server in the few verbs that the runner needs. Failures are `KubernetesError` with the HTTP status. */
export interface Kube {
  /** Null where there is no such object (or kind). An answer about another object is a failure, here as with every verb. */
  get(ref: KubeRef): Promise<KubeObject | null>;
  list(query: ListQuery): Promise<KubeObject[]>;
  create(object: unknown): Promise<KubeObject>;
  /** Server-side apply, field manager `healproof`, forced. */
  apply(object: unknown, options?: DryRun): Promise<KubeObject>;
  /** JSON merge patch, or with `strategic` one that knows lists of named items. */
  patch(ref: KubeRef, patch: unknown, options?: PatchOptions): Promise<KubeObject>;
  replace(object: KubeObject): Promise<KubeObject>;
  /** Gone already counts as deleted. */
  remove(ref: KubeRef, options?: OfUid & { readonly gracePeriodSeconds?: number }): Promise<void>;
  /** Sets `spec.replicas` through the scale subresource. */
  scale(ref: KubeRef, replicas: number, options?: OfUid): Promise<void>;
  /** Asks for a pod to be evicted; 429 where a disruption budget forbids it now. Gone already counts as evicted. */
  evict(namespace: string, pod: string): Promise<void>;
  /** Log lines of a pod's first container since a time, at most 2 MB. */
  podLog(namespace: string, pod: string, sinceMs: number): Promise<string[]>;
  /** The API server's own clock, epoch ms, from its Date header (1 s resolution). */
  serverTimeMs(): Promise<number>;
}
