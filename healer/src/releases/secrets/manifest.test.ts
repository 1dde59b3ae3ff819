import { describe, expect, it } from 'vitest';
import { readManifest } from './manifest.ts';

const workloads = (text: string) => {
  const read = readManifest(text, 'shop');
  return read.ok ? read.workloads.map(({ kind, namespace, name }) => `${kind}/${namespace}/${name}`) : read.reason;
};

describe('readManifest', () => {
  it('finds Deployments, StatefulSets and DaemonSets, in lists too, and nothing else', () => {
    const text = `
apiVersion: v1
kind: Service
metadata: {name: a}
---
# only a comment
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: b, namespace: other}
---
apiVersion: v1
kind: List
items:
  - {apiVersion: apps/v1, kind: DaemonSet, metadata: {name: c}}
---
apiVersion: example.org/v1
kind: Deployment
metadata: {name: d}
`;
    expect(workloads(text)).toEqual(['StatefulSet/other/b', 'DaemonSet/shop/c']);
  });

  it('does not lose a workload to an annotation that is no text', () => {
    const text = '{apiVersion: apps/v1, kind: Deployment, metadata: {name: a, annotations: {x: 1}}}';
    expect(workloads(text)).toEqual(['Deployment/shop/a']);
  });

  it('sees a workload that keeps the healer off', () => {
    const text =
      '{apiVersion: apps/v1, kind: Deployment, metadata: {name: a, annotations: {healproof.dev/heal: "false"}}}';
    expect(readManifest(text, 'shop')).toMatchObject({ workloads: [{ optedOut: true }] });
  });

  it.each([
    ['labels: {helm.toolkit.fluxcd.io/name: a}', 'Flux'],
    ['annotations: {argocd.argoproj.io/tracking-id: a}', 'Argo CD'],
    ['labels: {app.kubernetes.io/managed-by: Helm}', undefined],
  ])('tells from %s that it is kept by %s', (mark, manager) => {
    expect(readManifest(`{apiVersion: v1, kind: Service, metadata: {name: a, ${mark}}}`, 'shop')).toMatchObject({
      manager,
    });
  });
});
