import type { PodTarget, WitnessReading } from '../../../experiment/evidence/evidence.ts';
import type { NodeShell } from '../../../ports/node-shell.ts';
import type { Witness } from '../../../ports/witness.ts';
import { askNodes, type NodeAnswer, unseen } from '../looking/node-probe.ts';

// A process asks the vDSO for the time, code that the kernel maps into it. The node's own copy is what it should be.
const CLOCK = `
code_of() { local r; r=$(awk '$6=="[vdso]"{print $1}' "/proc/$1/maps" 2>/dev/null) || return 1; [ -n "$r" ] || return 1
  local a=$((16#\${r%-*})) b=$((16#\${r#*-})); dd if="/proc/$1/mem" bs=4096 skip=$((a / 4096)) count=$(((b - a) / 4096)) 2>/dev/null | sha256sum | cut -c1-16; }
pod_pids() { local u="\${1//-/[-_]}" f; for f in $(grep -lE "pod$u" /proc/[0-9]*/cgroup 2>/dev/null); do f="\${f#/proc/}"; echo "\${f%%/*}"; done; }
clock_look() { local p c own all=0 odd=0; own=$(code_of $$); [ -n "$own" ] || return 0
  for p in $(pod_pids "$1"); do c=$(code_of "$p"); [ -n "$c" ] || continue; all=$((all + 1)); [ "$c" = "$own" ] || odd=$((odd + 1)); done
  [ "$all" -gt 0 ] && printf '%s\\t%s\\t%s\\n' "$1" "$odd" "$all"; }`;

/**
 * Reads back the clock that the processes of each target see: whether the code by which they ask for the time is still
 * that of the node. The offset itself is inside that code; that it differs at all is what no healthy process shows.
 */
export function clockWitness(shell: NodeShell, targets: readonly PodTarget[]): Witness {
  const name = 'process-clock';
  return {
    name,
    async look(signal) {
      const answers = await askNodes(shell, targets, (target) => `${CLOCK}\nclock_look ${target.uid}`, signal);
      return answers.map((answer) => clockReading(name, answer));
    },
  };
}

function clockReading(witness: string, answer: NodeAnswer): WitnessReading {
  const [odd = Number.NaN, all = Number.NaN] = (answer.fields ?? []).map(Number);
  if (!Number.isFinite(odd) || !Number.isFinite(all)) return unseen(witness, answer);
  const { name, uid } = answer.target;
  const observation = `${odd} of ${all} processes of ${name} read the time by other code than the node`;
  return { targetUid: uid, witness, atMs: answer.atMs, bitten: odd > 0, observation };
}
