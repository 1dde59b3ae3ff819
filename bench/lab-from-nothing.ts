import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { run } from '../src/adapters/process/command.ts';
import { openWorkbench } from '../src/cli/workbench/workbench.ts';
import { loadConfig } from '../src/config/config.ts';

/**
 * How long the whole lab takes from nothing with warm images, against a bare `kind create cluster` of the same shape from
 * the same node image, in turn within one run. Usage: node bench/lab-from-nothing.ts [rounds]
 */
const rounds = Number(process.argv[2] ?? 3);
const { config } = await loadConfig({ 'cluster.name': 'healproof-bench' });
const signal = new AbortController().signal;
const { labParts, progress } = openWorkbench(config, signal);
const { lab, images } = await labParts();
const engine = await images.ensureEngine({ signal, progress });
const { kind } = await images.ensureTools({ signal, progress });
const { nodeImage } = await images.ensureImages({ signal, progress });
const env = engine.dockerHost === undefined ? {} : { DOCKER_HOST: engine.dockerHost };
const BARE = 'healproof-bare';
const shape =
  'kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nnodes: [{role: control-plane}, {role: worker}, {role: worker}, {role: worker}]\n';

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const startedAtMs = performance.now();
  await work();
  return (performance.now() - startedAtMs) / 1000;
}

async function bareCluster(): Promise<number> {
  const kubeconfig = join(config.cacheDir, 'bench.kubeconfig');
  const args = [
    'create',
    'cluster',
    '--name',
    BARE,
    '--image',
    nodeImage,
    '--config',
    '-',
    '--wait',
    '180s',
    '--kubeconfig',
    kubeconfig,
  ];
  try {
    return await seconds(() => run(kind, args, { input: shape, env }));
  } finally {
    await run(kind, ['delete', 'cluster', '--name', BARE, '--kubeconfig', kubeconfig], { env });
  }
}

async function wholeLab(): Promise<number> {
  try {
    return await seconds(() => lab.up({ signal, progress, recreate: false }));
  } finally {
    await lab.down({ signal, progress, all: false, force: true });
  }
}

const results: { readonly lab: number; readonly bare: number }[] = [];
for (let round = 0; round < rounds; round++) results.push({ bare: await bareCluster(), lab: await wholeLab() });

const sorted = (pick: (each: (typeof results)[number]) => number): number[] => results.map(pick).sort((a, b) => a - b);
const at = (values: readonly number[], share: number): string =>
  (values[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0).toFixed(1);
const row = (name: string, values: readonly number[]): string =>
  `| ${name} | ${values.length} | ${at(values, 0.5)} | ${at(values, 0.95)} |`;
process.stdout.write(
  [
    `machine: ${cpus().length} × ${cpus()[0]?.model ?? '?'}, ${(totalmem() / 1024 ** 3).toFixed(0)} GiB; node image ${nodeImage}`,
    '| what | n | p50 | p95 |',
    '| --- | --- | --- | --- |',
    row(
      'lab from nothing, warm images, s',
      sorted((each) => each.lab),
    ),
    row(
      'bare kind cluster of the same shape, s',
      sorted((each) => each.bare),
    ),
    row(
      'ratio lab / bare',
      sorted((each) => each.lab / each.bare),
    ),
    '',
  ].join('\n'),
);
