import { dirname, isAbsolute, join, normalize, resolve } from 'node:path';
import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, stringify } from 'yaml';
import { z } from 'zod';
import { type Issue, ScenarioError } from '../../errors.ts';
import type { SourceFile } from '../../scenario/source.ts';

/** Inside every node: the folder whose mount says that healproof made it, and with which cache folder. */
export const MARK_PATH = '/etc/healproof-lab';

/** Only what healproof reads or changes is described; the rest is kind's own business and is passed on as it is. */
const mountSchema = z.looseObject({ hostPath: z.string(), containerPath: z.string() });
const portSchema = z.looseObject({
  containerPort: z.number().int(),
  hostPort: z.number().int().min(-1).max(65_535).default(0),
  listenAddress: z.string().default('0.0.0.0'),
});
const nodeSchema = z.looseObject({
  role: z.enum(['control-plane', 'worker']).default('control-plane'),
  image: z.undefined({ error: 'the node image is chosen by healproof: leave this out' }).optional(),
  labels: z.record(z.string(), z.string()).optional(),
  extraMounts: z.array(mountSchema).optional(),
  extraPortMappings: z.array(portSchema).optional(),
});
const configSchema = z.looseObject({
  kind: z.literal('Cluster'),
  apiVersion: z.literal('kind.x-k8s.io/v1alpha4'),
  name: z.undefined({ error: 'the name is set by cluster.name of the configuration: leave this out' }).optional(),
  networking: z
    .looseObject({ apiServerAddress: z.string().optional(), apiServerPort: z.number().int().optional() })
    .optional(),
  nodes: z.array(nodeSchema).min(1, 'expected at least one node'),
});

export interface FixedPort {
  readonly address: string;
  readonly port: number;
}

export interface RenderedKindConfig {
  /** Ready for kind: absolute paths, and the mark on every node. */
  readonly text: string;
  /** What relative mounts mean, to be copied before: the lab must outlive the folder that it was made from. */
  readonly copies: readonly { readonly from: string; readonly to: string }[];
  /** Ports of this machine that the file insists on. */
  readonly fixedPorts: readonly FixedPort[];
  readonly nodeCount: number;
}

export interface LabPaths {
  readonly mark: string;
  /** Where the copies of relative mounts go. */
  readonly mounts: string;
}

/** Pure: a user's kind configuration made ready for kind. @throws ScenarioError with every problem at its place. */
export function renderKindConfig(file: SourceFile, paths: LabPaths): RenderedKindConfig {
  const lines = new LineCounter();
  const document = parseDocument(file.text, { lineCounter: lines });
  const place = (offset: number): Pick<Issue, 'file' | 'line' | 'column'> => {
    const { line, col } = lines.linePos(offset);
    return { file: file.path, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const syntax = [...document.errors, ...document.warnings].map((error) => {
    return { ...place(error.pos[0]), path: '', message: error.message.split('\n')[0] ?? 'not valid YAML' };
  });
  if (syntax.length > 0) throw new ScenarioError(syntax);
  const parsed = configSchema.safeParse(document.toJS());
  if (!parsed.success) {
    throw new ScenarioError(
      parsed.error.issues.map(({ path, message }) => {
        return { ...place(offsetOf(document.contents, path)), path: path.map(String).join('.'), message };
      }),
    );
  }
  const { nodes, ...rest } = parsed.data;
  const mark = { hostPath: paths.mark, containerPath: MARK_PATH, readOnly: true };
  const rendered = nodes.map((node) => ({
    ...node,
    extraMounts: [...(node.extraMounts ?? []).map((mount) => ({ ...mount, ...located(mount.hostPath, paths) })), mark],
  }));
  const relative = nodes.flatMap((node) => node.extraMounts ?? []).filter(({ hostPath }) => !isAbsolute(hostPath));
  return {
    text: stringify({ ...rest, nodes: rendered }),
    copies: relative.map(({ hostPath }) => {
      return { from: resolve(dirname(file.path), hostPath), to: located(hostPath, paths).hostPath };
    }),
    fixedPorts: fixedPortsOf(parsed.data),
    nodeCount: nodes.length,
  };
}

/** A relative path may climb out of its folder; its copy may not. */
function located(hostPath: string, { mounts }: LabPaths): { readonly hostPath: string } {
  return { hostPath: isAbsolute(hostPath) ? hostPath : join(mounts, normalize(hostPath).replaceAll('..', '_')) };
}

function fixedPortsOf({ networking, nodes }: z.infer<typeof configSchema>): FixedPort[] {
  const mapped = nodes.flatMap((node) =>
    (node.extraPortMappings ?? []).map(({ listenAddress, hostPort }) => ({ address: listenAddress, port: hostPort })),
  );
  const api = { address: networking?.apiServerAddress ?? '127.0.0.1', port: networking?.apiServerPort ?? 0 };
  return [api, ...mapped].filter(({ port }) => port > 0);
}

/** Start of the value at a path, or of the nearest thing above it. */
function offsetOf(root: Node | null, path: readonly PropertyKey[]): number {
  let node: unknown = root;
  let offset = root?.range?.[0] ?? 0;
  for (const key of path) {
    if (isMap(node)) node = node.items.find((pair) => isScalar(pair.key) && pair.key.value === key)?.value;
    else if (isSeq(node)) node = node.items[Number(key)];
    else return offset;
    const range = (node as Node | null | undefined)?.range;
    if (range === null || range === undefined) return offset;
    offset = range[0];
  }
  return offset;
}
