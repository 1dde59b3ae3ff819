import { dirname, isAbsolute, join, normalize, resolve } from 'node:path';
import { stringify } from 'yaml';
import { ScenarioError } from '../../src/errors.ts';
import { type KindConfig, parseKindConfig } from '../../src/scenario/yaml/kind-config.ts';
import type { SourceFile } from '../../src/scenario/yaml/source.ts';

/** Inside every node: the folder whose mount says that healproof made it, and with which cache folder. */
export const MARK_PATH = '/etc/healproof-lab';

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
  const { config, issues } = parseKindConfig(file);
  if (config === null) throw new ScenarioError(issues);
  const { nodes, ...rest } = config;
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
    fixedPorts: fixedPortsOf(config),
    nodeCount: nodes.length,
  };
}

/** A relative path may climb out of its folder; its copy may not. */
function located(hostPath: string, { mounts }: LabPaths): { readonly hostPath: string } {
  return { hostPath: isAbsolute(hostPath) ? hostPath : join(mounts, normalize(hostPath).replaceAll('..', '_')) };
}

function fixedPortsOf({ networking, nodes }: KindConfig): FixedPort[] {
  const mapped = nodes.flatMap((node) =>
    (node.extraPortMappings ?? []).map(({ listenAddress, hostPort }) => ({ address: listenAddress, port: hostPort })),
  );
  const api = { address: networking?.apiServerAddress ?? '127.0.0.1', port: networking?.apiServerPort ?? 0 };
  return [api, ...mapped].filter(({ port }) => port > 0);
}
