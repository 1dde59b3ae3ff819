import type { PodTarget, WitnessReading } from '../../../experiment/evidence/evidence.ts';
import type { NodeShell } from '../../../ports/node-shell.ts';
import type { Witness } from '../../../ports/witness.ts';
import { askNodes, type NodeAnswer, unseen } from '../looking/node-probe.ts';

/** Discard port: nothing listens, so a pod that can be reached answers at once with a refusal. */
const PROBE_PORT = 9;

/**
 * Tries to connect to every target from inside the network namespace of every peer. A refusal is an answer: only
 * silence counts as cut off, and only if no peer at all gets through.
 */
export function partitionWitness(
  shell: NodeShell,
  targets: readonly PodTarget[],
  peers: readonly PodTarget[],
): Witness {
  const name = 'peer-unreachable';
  return {
    name,
    async look(signal) {
      const answers = await askNodes(shell, peers, (peer) => connectLine(peer, targets), signal);
      return targets.map((target, index) => partitionReading(name, target, index, answers));
    },
  };
}

/** Prints `uid<TAB>code of target 0<TAB>code of target 1…`; 124 is a time-out, anything else an answer. */
function connectLine(peer: PodTarget, targets: readonly PodTarget[]): string {
  const connect = targets.map(
    ({ podIp }) =>
      `( nsenter -t "$p" -n timeout 1 bash -c '</dev/tcp/${podIp}/${PROBE_PORT}' 2>/dev/null; echo $? >"$d/${podIp}" ) &`,
  );
  const codes = targets.map(({ podIp }) => `$(cat "$d/${podIp}")`).join('\\t');
  return `if p=$(pod_pid ${peer.uid}); then d=$(mktemp -d); ${connect.join(' ')} wait; printf '%b\\n' "${peer.uid}\\t${codes}"; rm -rf "$d"; fi`;
}

function partitionReading(
  witness: string,
  target: PodTarget,
  index: number,
  answers: readonly NodeAnswer[],
): WitnessReading {
  const codes = answers.map((answer) => answer.fields?.[index]);
  const seen = codes.filter((code) => code !== undefined && code !== '');
  const atMs = Math.max(0, ...answers.map((answer) => answer.atMs));
  const silent = seen.filter((code) => code === '124').length;
  const observation = `${silent} of ${answers.length} peers got no answer from ${target.name} (${target.podIp})`;
  if (seen.length < answers.length || answers.length === 0) {
    const trouble = answers.find((answer) => answer.fields === null)?.trouble ?? 'no peer to look from';
    return { targetUid: target.uid, witness, atMs, bitten: null, observation: `${observation}; ${trouble}` };
  }
  return { targetUid: target.uid, witness, atMs, bitten: silent === answers.length, observation };
}

/**
 * Reads the queueing discipline back from the kernel inside the network namespace of each pod that must have it: the targets
 * themselves, or all of their peers for what comes from them.
 */
export function qdiscWitness(
  shell: NodeShell,
  targets: readonly PodTarget[],
  discipline: 'netem' | 'tbf',
  holders: readonly PodTarget[] = targets,
): Witness {
  const name = `qdisc-${discipline}`;
  const line = ({ uid }: PodTarget): string =>
    `if p=$(pod_pid ${uid}); then printf '%s\\t%s\\n' ${uid} "$(nsenter -t "$p" -n tc qdisc show 2>&1 | tr '\\n\\t' '; ')"; fi`;
  return {
    name,
    async look(signal) {
      const answers = await askNodes(shell, holders, line, signal);
      const readings = answers.map((answer) => qdiscReading(name, answer, discipline));
      if (holders === targets) return readings;
      return targets.map(({ uid }) => ({ ...leastOf(readings, name), targetUid: uid }));
    },
  };
}

function qdiscReading(witness: string, answer: NodeAnswer, discipline: string): WitnessReading {
  const rules = answer.fields?.[0];
  if (rules === undefined) return unseen(witness, answer);
  const bitten = new RegExp(`qdisc ${discipline} `).test(rules);
  return { targetUid: answer.target.uid, witness, atMs: answer.atMs, bitten, observation: rules.slice(0, 300) };
}

/** The reading that proves least: what is not everywhere does not count. */
function leastOf(readings: readonly WitnessReading[], witness: string): WitnessReading {
  const none: WitnessReading = { targetUid: '', witness, atMs: 0, bitten: null, observation: 'no peer to look at' };
  return (
    readings.find(({ bitten }) => bitten === null) ??
    readings.find(({ bitten }) => bitten === false) ??
    readings[0] ??
    none
  );
}
