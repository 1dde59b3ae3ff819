import { HEALER, LABELS } from '../../healer/src/names.ts';
import { holderOf, LAB_LEASE, usedBy } from '../../src/experiment/cluster-records/lab-lease.ts';
import { DEAD_MAN } from '../../src/experiment/cluster-records/undo.ts';
import type { Kube, KubeObject } from '../../src/ports/kube.ts';
import { rolloutGap } from '../../src/runner/cluster/deployments.ts';

const CHAOS_KINDS = ['NetworkChaos', 'PodChaos', 'StressChaos', 'TimeChaos'];

/** Everything in the lab that only a run could have left there, in words; empty when the lab is as new. */
export async function leftovers(kube: Kube): Promise<string[]> {
  const labelSelector = LABELS.run;
  const namespaces = await kube.list({ apiVersion: 'v1', kind: 'Namespace', labelSelector });
  const faults = await Promise.all(
    CHAOS_KINDS.map((kind) => kube.list({ apiVersion: 'chaos-mesh.org/v1alpha1', kind })),
  );
  const secrets = await kube.list({ apiVersion: 'v1', kind: 'Secret', namespace: DEAD_MAN.namespace, labelSelector });
  const holder = holderOf(await kube.get(LAB_LEASE));
  const healer = await kube.get({ apiVersion: 'apps/v1', kind: 'Deployment', ...place(HEALER) });
  const replicas = (healer?.spec as { replicas?: number } | undefined)?.replicas ?? 0;
  return [
    ...[...namespaces, ...faults.flat(), ...secrets].map(describe),
    ...(holder === null ? [] : [`lease: ${usedBy(holder)}`]),
    ...(replicas > 0 ? [] : ['the healer is switched off']),
    ...(healer === null ? ['there is no healer'] : [rolloutGap(healer)].flatMap((gap) => gap ?? [])),
  ];
}

function place({ namespace, name }: { readonly namespace: string; readonly name: string }) {
  return { namespace, name };
}

function describe({ kind, metadata }: KubeObject): string {
  return `${kind} ${metadata.name}`;
}
