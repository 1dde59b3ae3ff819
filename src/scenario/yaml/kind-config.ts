import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { LABELS } from '../../../healer/src/names.ts';
import type { Issue } from '../../errors.ts';
import { didYouMean } from './nearest.ts';
import { Source, type SourceFile } from './source.ts';
import { yamlProblems } from './yaml-rules.ts';

/** What healproof neither reads nor changes: kind's own business. */
const passedOn = z.unknown().optional();
const patches = { kubeadmConfigPatches: passedOn, kubeadmConfigPatchesJSON6902: passedOn };

const mountSchema = z.looseObject({ hostPath: z.string(), containerPath: z.string() });
const portSchema = z.looseObject({
  containerPort: z.number().int(),
  hostPort: z.number().int().min(-1).max(65_535).default(0),
  listenAddress: z.string().default('0.0.0.0'),
});
const nodeSchema = z.strictObject({
  role: z.enum(['control-plane', 'worker']).default('control-plane'),
  image: z.undefined({ error: 'the node image is chosen by healproof: leave this out' }).optional(),
  labels: z.record(z.string(), z.string()).optional(),
  extraMounts: z.array(mountSchema).optional(),
  extraPortMappings: z.array(portSchema).optional(),
  ...patches,
});
const networkingSchema = z.strictObject({
  apiServerAddress: z.string().optional(),
  apiServerPort: z.number().int().optional(),
  ipFamily: passedOn,
  podSubnet: passedOn,
  serviceSubnet: passedOn,
  disableDefaultCNI: passedOn,
  kubeProxyMode: passedOn,
  dnsSearch: passedOn,
});
const configSchema = z.strictObject({
  kind: z.literal('Cluster'),
  apiVersion: z.literal('kind.x-k8s.io/v1alpha4'),
  name: z.undefined({ error: 'the name is set by healproof: leave this out' }).optional(),
  networking: networkingSchema.optional(),
  nodes: z
    .array(nodeSchema)
    .min(1, 'expected at least one node')
    .refine((nodes) => nodes.some(({ role }) => role === 'control-plane'), 'expected a node with role: control-plane')
    .refine(
      (nodes) => nodes.some(({ labels }) => labels?.[LABELS.role] === 'judge'),
      `expected a node labelled ${LABELS.role}: judge, for what measures and reverts; no fault may hit it`,
    ),
  featureGates: passedOn,
  runtimeConfig: passedOn,
  containerdConfigPatches: passedOn,
  containerdConfigPatchesJSON6902: passedOn,
  ...patches,
});

export type KindConfig = z.output<typeof configSchema>;

/** A kind configuration, or every problem in it at its place. */
export type ParsedKindConfig =
  | { readonly config: KindConfig; readonly issues: readonly [] }
  | { readonly config: null; readonly issues: readonly Issue[] };

/** Pure; never throws, whatever the text. */
export function parseKindConfig(file: SourceFile): ParsedKindConfig {
  const lines = new LineCounter();
  const document = parseDocument(file.text, { lineCounter: lines });
  const source = new Source(file, lines, document);
  const syntax = [...document.errors, ...document.warnings].map(({ pos, message }) =>
    source.issueAt(pos[0], [], message.split('\n')[0] ?? 'not valid YAML'),
  );
  if (syntax.length > 0) return { config: null, issues: syntax };
  const odd = yamlProblems(document).map(({ offset, message }) => source.issueAt(offset, [], message));
  if (odd.length > 0) return { config: null, issues: odd };
  const parsed = configSchema.safeParse(document.toJS());
  if (parsed.success) return { config: parsed.data, issues: [] };
  return { config: null, issues: parsed.error.issues.flatMap((issue) => placed(issue, source)) };
}

/** Every unknown key is a problem of its own: kind would refuse them only when it makes the cluster. */
function placed(issue: z.core.$ZodIssue, source: Source): Issue[] {
  const path = issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key));
  if (issue.code !== 'unrecognized_keys') return [source.issue(path, issue.message)];
  const known = path[0] === 'nodes' ? nodeSchema : path[0] === 'networking' ? networkingSchema : configSchema;
  const names = Object.keys(known.shape);
  return issue.keys.map((key) => source.issueAtKey([...path, key], `unknown key${didYouMean(key, names)}`));
}
