import type { LabStatus } from '../../ports/lab.ts';
import { jsonText } from '../output/json.ts';
import type { Workbench } from '../workbench/workbench.ts';

/** Says where the lab stands; 0 only when it is ready. */
export async function status({ labParts, progress, signal }: Workbench, format: string | null): Promise<number> {
  const { lab } = await labParts();
  const found = await lab.status({ progress, signal });
  process.stdout.write(format === 'json' ? jsonText('LabStatus', found) : statusText(found));
  return found.state === 'ready' ? 0 : 3;
}

function statusText({ clusterName, state, details, runInProgress, info }: LabStatus): string {
  const lines = [`lab ${clusterName}: ${state}`, ...details.map((detail) => `  ${detail}`)];
  if (runInProgress !== null) lines.push(`  run ${runInProgress} is in progress`);
  if (info !== null) {
    lines.push(`  kubeconfig   ${info.kubeconfigPath}`, `  Prometheus   ${info.prometheusUrl}`);
    if (info.receiverUrl !== undefined) lines.push(`  receiver     ${info.receiverUrl}`);
    for (const image of info.images) lines.push(`  image        ${image.name} = ${image.version} (${image.source})`);
    for (const { part, reason } of info.missing) lines.push(`  missing      ${part}: ${reason}`);
  }
  return `${lines.join('\n')}\n`;
}
