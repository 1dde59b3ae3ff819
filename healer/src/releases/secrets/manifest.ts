import { z } from 'zod';
import { managerOf } from '../../cluster/managed-elsewhere.ts';
import { WORKLOAD_KINDS, type WorkloadKind } from '../../cluster/rollout.ts';
import { describeError } from '../../errors.ts';
import { ANNOTATIONS } from '../../names.ts';
import { yamlDocuments } from './yaml-documents.ts';

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

/** No object has more labels or annotations; what is copied for each object of a list must be small. */
const MOST_TEXTS = 1_000;
const MOST_WORKLOADS = 500;

const Texts = z.unknown().optional().transform(toTexts);
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
  const workloads: ReleaseWorkload[] = [];
  let manager: string | undefined;
  try {
    for (const document of yamlDocuments(text)) {
      for (const thing of thingsIn(document)) {
        workloads.push(...workloadOf(thing, namespace));
        manager ??= managerOf(thing.metadata);
      }
      if (workloads.length > MOST_WORKLOADS) throw new RangeError(`more than ${MOST_WORKLOADS} workloads`);
    }
  } catch (error) {
    return { ok: false, reason: describeError(error) };
  }
  return { ok: true, workloads, manager };
}

function toTexts(value: unknown): Readonly<Record<string, string>> {
  const entries = Object.entries(Object(value));
  if (entries.length > MOST_TEXTS) throw new RangeError(`an object with ${entries.length} labels or annotations`);
  return Object.fromEntries(entries.map(([key, each]) => [key, typeof each === 'object' ? '' : String(each)]));
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
      optedOut: metadata.annotations[ANNOTATIONS.heal] === 'false',
    },
  ];
}
