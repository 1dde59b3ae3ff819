import type { LabInfo } from '../../ports/lab.ts';
import type { Workbench } from '../workbench/workbench.ts';

/** Brings the lab up and says how to use it. */
export async function up(
  { labParts, progress, signal }: Workbench,
  options: { readonly recreate: boolean },
): Promise<number> {
  const { lab } = await labParts();
  const info = await lab.up({ progress, signal, recreate: options.recreate });
  progress.note(usageOf(info));
  return 0;
}

/** What a person needs to know about a lab that is up. */
export function usageOf(info: LabInfo): string {
  const workers = info.nodes.filter((node) => node.role === 'worker').length;
  return [
    `The lab ${info.clusterName} is up: 1 control plane, ${workers} workers.`,
    `  look at it        kubectl --kubeconfig ${info.kubeconfigPath} get pods -A`,
    `  its Prometheus    ${info.prometheusUrl}`,
    `  what was told     ${info.receiverUrl}/messages`,
    '  run scenarios     npx healproof run scenarios',
    '  remove it         npx healproof down        (with --all: engine, images and cache too)',
  ].join('\n');
}
