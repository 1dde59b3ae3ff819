import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../src/adapters/process/command.ts';
import { REPO_ROOT } from '../src/installation.ts';

/** How long `healproof validate` takes for many scenarios, as a whole command. Usage: node bench/validate-thousand.ts [scenarios] [rounds] */
const count = Number(process.argv[2] ?? 1_000);
const rounds = Number(process.argv[3] ?? 5);
const project = await mkdtemp(join(tmpdir(), 'healproof-bench-'));
try {
  await fill();
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const beganMs = performance.now();
    const { stdout } = await run(process.execPath, [join(REPO_ROOT, 'src/cli/main.mjs'), 'validate'], { cwd: project });
    times.push((performance.now() - beganMs) / 1_000);
    if (!stdout.includes(`${count} scenarios are valid`)) throw new Error(stdout);
  }
  times.sort((a, b) => a - b);
  const [fastest, median, slowest] = [times[0], times[Math.floor(rounds / 2)], times.at(-1)].map((s) => s?.toFixed(2));
  process.stdout.write(`${count} scenarios, ${rounds} rounds: ${fastest} s, median ${median} s, ${slowest} s\n`);
} finally {
  await rm(project, { recursive: true, force: true });
}

/** The main scenario many times under other names, with queries of its own so that no cache helps. */
async function fill(): Promise<void> {
  await mkdir(join(project, 'scenarios'));
  await mkdir(join(project, 'workloads/shop/manifests'), { recursive: true });
  await mkdir(join(project, 'steady-state'));
  await writeFile(join(project, 'healproof.yaml'), '');
  for (const name of ['shop-availability', 'shop-redundancy']) {
    const file = `steady-state/${name}.yaml`;
    await writeFile(join(project, file), await readFile(join(REPO_ROOT, file)));
  }
  const text = await readFile(join(REPO_ROOT, 'scenarios/wedged-replica-is-replaced.yaml'), 'utf8');
  for (let number = 0; number < count; number += 1) {
    const own = text
      .replace('name: wedged-replica-is-replaced', `name: wedged-${number}`)
      .replace(
        'steadyState:',
        `steadyState:\n    - { name: own, query: "sum(rate(own_${number}[5s]))", tolerance: "> 0", for: 5s }`,
      );
    await writeFile(join(project, 'scenarios', `${number}.yaml`), own);
  }
}
