import { messageOf } from '../../../errors.ts';
import type { PodTarget, WitnessReading } from '../../../experiment/evidence/evidence.ts';
import type { NodeShell } from '../../../ports/node-shell.ts';
import { byNode, FIND_POD, linesByUid } from './pod-cgroup.ts';

/** Fields that a script printed about one target, or null where it could not look. */
export interface NodeAnswer {
  readonly target: PodTarget;
  readonly atMs: number;
  readonly fields: readonly string[] | null;
  readonly trouble: string;
}

/** Runs one script per node over all targets there; `lineFor` gives the bash that prints `uid<TAB>fields…`. */
export async function askNodes(
  shell: NodeShell,
  targets: readonly PodTarget[],
  lineFor: (target: PodTarget) => string,
  signal: AbortSignal,
): Promise<NodeAnswer[]> {
  const nodes = [...byNode(targets)];
  const answers = await Promise.all(nodes.map(([node, pods]) => askNode(shell, node, pods, lineFor, signal)));
  return answers.flat();
}

async function askNode(
  shell: NodeShell,
  node: string,
  targets: readonly PodTarget[],
  lineFor: (target: PodTarget) => string,
  signal: AbortSignal,
): Promise<NodeAnswer[]> {
  if (!shell.reaches(node)) return targets.map((target) => blind(target, `no way into node ${node}`));
  try {
    const answer = await shell.run(node, `${FIND_POD}\n${targets.map(lineFor).join('\n')}`, signal);
    const lines = linesByUid(answer.stdout);
    return targets.map((target) => {
      const fields = lines.get(target.uid) ?? null;
      const trouble = fields === null ? `nothing read on ${node}: ${answer.stderr.trim().slice(0, 200)}` : '';
      return { target, atMs: Date.now(), fields, trouble };
    });
  } catch (error: unknown) {
    signal.throwIfAborted();
    return targets.map((target) => blind(target, messageOf(error)));
  }
}

function blind(target: PodTarget, trouble: string): NodeAnswer {
  return { target, atMs: Date.now(), fields: null, trouble };
}

/** A reading for a target that could not be looked at. */
export function unseen(witness: string, answer: NodeAnswer): WitnessReading {
  const observation = answer.trouble === '' ? 'nothing could be read' : answer.trouble;
  return { targetUid: answer.target.uid, witness, atMs: answer.atMs, bitten: null, observation };
}
