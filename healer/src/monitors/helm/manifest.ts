import { type Document, parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { managerOf } from '../../guards/managed-elsewhere.ts';
import { ANNOTATIONS } from '../../names.ts';

export const WORKLOAD_KINDS = ['Deployment', 'StatefulSet', 'DaemonSet'] as const;
export type WorkloadKind = (typeof WORKLOAD_KINDS)[number];

/** A workload that a release made. */
export interface ReleaseWorkload {
  readonly kind: WorkloadKind;
  readonly namespace: string;
  readonly name: string;
  /** Labels of its pods. */
  readonly labels: Readonly<Record<string, string>>;
  readonly optedOut: boolean;
}

export type ReadManifest =
  | { readonly ok: true; readonly workloads: readonly ReleaseWorkload[]; readonly manager: string | undefined }
  | { readonly ok: false; readonly reason: string };

const Texts = z.record(z.string(), z.coerce.string()).nullish();
const Metadata = z.object({ name: z.string(), namespace: z.string().optional(), labels: Texts, annotations: Texts });
const Thing = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: Metadata,
  spec: z.object({ template: z.object({ metadata: z.object({ labels: Texts }).nullish() }).nullish() }).nullish(),
});
const List = z.object({ kind: z.string().endsWith('List'), items: z.array(z.unknown()) });
type Thing = z.infer<typeof Thing>;

/** The workloads in a rendered chart. Objects without a name or kind are none of ours; broken YAML is told. */
export function readManifest(text: string, namespace: string): ReadManifest {
  const things: Thing[] = [];
  for (const document of parseAllDocuments(text, { uniqueKeys: false })) {
    const [problem] = document.errors;
    if (problem !== undefined) return { ok: false, reason: problem.message.split('\n')[0] ?? '' };
    const value = toPlain(document);
    if (value instanceof ReferenceError) return { ok: false, reason: value.message };
    things.push(...thingsIn(value));
  }
  const workloads = things.flatMap((thing) => workloadOf(thing, namespace));
  const manager = things.map(({ metadata }) => managerOf(metadata)).find((name) => name !== undefined);
  return { ok: true, workloads, manager };
}

/** An alias without an anchor, or one that grows without bounds, is only found here. */
function toPlain(document: Document.Parsed): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    if (error instanceof ReferenceError) return error;
    throw error;
  }
}

function thingsIn(value: unknown): Thing[] {
  const list = List.safeParse(value);
  if (list.success) return list.data.items.flatMap(thingsIn);
  const thing = Thing.safeParse(value);
  return thing.success ? [thing.data] : [];
}

function workloadOf({ apiVersion, kind, metadata, spec }: Thing, namespace: string): ReleaseWorkload[] {
  const known = WORKLOAD_KINDS.find((each) => each === kind);
  if (known === undefined || !apiVersion.startsWith('apps/')) return [];
  return [
    {
      kind: known,
      namespace: metadata.namespace ?? namespace,
      name: metadata.name,
      labels: spec?.template?.metadata?.labels ?? {},
      optedOut: metadata.annotations?.[ANNOTATIONS.heal] === 'false',
    },
  ];
}
