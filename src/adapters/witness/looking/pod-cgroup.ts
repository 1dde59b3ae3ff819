import type { PodTarget } from '../../../experiment/evidence/evidence.ts';

/**
 * Bash that finds what belongs to a pod by its UID, which both cgroup drivers put into the path (systemd writes `_` for
 * `-`). No container tool is needed, so the same lines work on every runtime.
 */
export const FIND_POD = `
pod_pid() { local u="\${1//-/[-_]}" f; for f in $(grep -lE "pod$u" /proc/[0-9]*/cgroup 2>/dev/null); do
  f="\${f#/proc/}"; echo "\${f%%/*}"; return 0; done; return 1; }
pod_dir() { find "$1" -maxdepth 6 -type d -name "*pod\${2//-/[-_]}*" 2>/dev/null | head -n 1; }
`;

/** One line of output a target: \`uid<TAB>fields…\`. */
export function linesByUid(stdout: string): Map<string, readonly string[]> {
  const lines = stdout.split('\n').filter((line) => line.includes('\t'));
  return new Map(lines.map((line) => [line.split('\t')[0] ?? '', line.split('\t').slice(1)]));
}

export function byNode(targets: readonly PodTarget[]): Map<string, PodTarget[]> {
  const nodes = new Map<string, PodTarget[]>();
  for (const target of targets) nodes.set(target.node, [...(nodes.get(target.node) ?? []), target]);
  return nodes;
}
