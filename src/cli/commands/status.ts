import type { Workbench } from '../workbench.ts';

/** Says where the lab stands; 0 only when it is ready. */
export async function status({ lab, progress, signal }: Workbench): Promise<number> {
  const found = await lab.status({ progress, signal });
  const lines = [`lab ${found.clusterName}: ${found.state}`, ...found.details.map((detail) => `  ${detail}`)];
  if (found.runInProgress !== null) lines.push(`  run ${found.runInProgress} is in progress`);
  if (found.info !== null) {
    lines.push(`  kubeconfig   ${found.info.kubeconfigPath}`, `  Prometheus   ${found.info.prometheusUrl}`);
    for (const image of found.info.images)
      lines.push(`  image        ${image.name} = ${image.version} (${image.source})`);
    for (const { part, reason } of found.info.missing) lines.push(`  missing      ${part}: ${reason}`);
  }
  process.stdout.write(`${lines.join('\n')}\n`);
  return found.state === 'ready' ? 0 : 3;
}
