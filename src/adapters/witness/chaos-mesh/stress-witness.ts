import type { PodTarget, WitnessReading } from '../../../experiment/evidence/evidence.ts';
import type { NodeShell } from '../../../ports/node-shell.ts';
import type { Witness } from '../../../ports/witness.ts';
import { askNodes, type NodeAnswer, unseen } from '../looking/node-probe.ts';

/** Share of the asked-for load that must really be seen. */
const REQUIRED_SHARE = 0.5;
const MEASURE_SECONDS = 1;

// On cgroup v1 the CPU controllers may be mounted apart: usage is read in one tree, the limit in the other.
const CPU = `
is_v2() { [ -f /sys/fs/cgroup/cgroup.controllers ]; }
cpu_ns() { if is_v2; then awk '/^usage_usec/{print $2*1000}' "$1/cpu.stat"; else cat "$1/cpuacct.usage"; fi; }
cpu_limit() { local d; if is_v2; then d=$(pod_dir /sys/fs/cgroup "$1"); awk '$1!="max"{print int($1*1000/$2)}' "$d/cpu.max"
  else d=$(pod_dir /sys/fs/cgroup/cpu/. "$1"); awk -v p="$(cat "$d/cpu.cfs_period_us")" '$1>0{print int($1*1000/p)}' "$d/cpu.cfs_quota_us"; fi; }
cpu_look() { local d a b t0 t1; if is_v2; then d=$(pod_dir /sys/fs/cgroup "$1"); else d=$(pod_dir /sys/fs/cgroup/cpuacct/. "$1"); fi
  [ -n "$d" ] || return 0
  a=$(cpu_ns "$d"); t0=$(date +%s%N); sleep ${MEASURE_SECONDS}; b=$(cpu_ns "$d"); t1=$(date +%s%N)
  printf '%s\\t%s\\t%s\\n' "$1" "$(( (b - a) * 1000 / (t1 - t0) ))" "$(cpu_limit "$1")"; }`;

/**
 * Measures the CPU time of each target's cgroup over a second. `askedCores` is what the stressor would burn freely; a
 * CPU limit on the pod caps it.
 */
export function cpuWitness(shell: NodeShell, targets: readonly PodTarget[], askedCores: number): Witness {
  const name = 'cgroup-cpu';
  return {
    name,
    async look(signal) {
      const answers = await askNodes(shell, targets, (target) => `${CPU}\ncpu_look ${target.uid}`, signal);
      return answers.map((answer) => cpuReading(name, answer, askedCores));
    },
  };
}

function cpuReading(witness: string, answer: NodeAnswer, askedCores: number): WitnessReading {
  const [milliCores, limit] = (answer.fields ?? []).map((field) => (field === '' ? Number.NaN : Number(field)));
  if (milliCores === undefined || !Number.isFinite(milliCores)) return unseen(witness, answer);
  const expectedCores = limit !== undefined && limit > 0 ? Math.min(askedCores, limit / 1000) : askedCores;
  return {
    targetUid: answer.target.uid,
    witness,
    atMs: answer.atMs,
    bitten: milliCores / 1000 >= expectedCores * REQUIRED_SHARE,
    observation: `${answer.target.name} burns ${(milliCores / 1000).toFixed(2)} cores; the stress can add ${expectedCores.toFixed(2)}`,
  };
}

const MEMORY_BYTES = `
memory_bytes() { local d; if [ -f /sys/fs/cgroup/cgroup.controllers ]; then d=$(pod_dir /sys/fs/cgroup "$1"); [ -n "$d" ] && cat "$d/memory.current"
  else d=$(pod_dir /sys/fs/cgroup/memory "$1"); [ -n "$d" ] && cat "$d/memory.usage_in_bytes"; fi; }`;

/** Reads the memory of each target's cgroup; the first look is the baseline that later ones are held against. */
export function memoryWitness(shell: NodeShell, targets: readonly PodTarget[], expectedBytes: number): Witness {
  const name = 'cgroup-memory';
  const baseline = new Map<string, number>();
  const line = (target: PodTarget): string =>
    `${MEMORY_BYTES}\nm=$(memory_bytes ${target.uid}) && printf '%s\\t%s\\n' ${target.uid} "$m"`;
  return {
    name,
    async look(signal) {
      const answers = await askNodes(shell, targets, line, signal);
      return answers.map((answer) => memoryReading(name, answer, expectedBytes, baseline));
    },
  };
}

function memoryReading(
  witness: string,
  answer: NodeAnswer,
  expectedBytes: number,
  baseline: Map<string, number>,
): WitnessReading {
  const bytes = Number(answer.fields?.[0]);
  if (answer.fields === null || !Number.isFinite(bytes)) return unseen(witness, answer);
  const { uid, name } = answer.target;
  const before = baseline.get(uid) ?? bytes;
  baseline.set(uid, before);
  const megabytes = (value: number): string => `${(value / 1e6).toFixed(1)} MB`;
  return {
    targetUid: uid,
    witness,
    atMs: answer.atMs,
    bitten: bytes - before >= expectedBytes * REQUIRED_SHARE,
    observation: `${name} uses ${megabytes(bytes)}, ${megabytes(bytes - before)} more than before; the stress should add ${megabytes(expectedBytes)}`,
  };
}
