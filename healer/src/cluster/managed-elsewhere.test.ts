import { describe, expect, it } from 'vitest';
import { managerOf } from './managed-elsewhere.ts';

describe('managerOf', () => {
  it.each([
    [{ labels: { 'helm.toolkit.fluxcd.io/name': 'a' } }, 'Flux'],
    [{ labels: { 'kustomize.toolkit.fluxcd.io/name': 'a' } }, 'Flux'],
    [{ annotations: { 'argocd.argoproj.io/tracking-id': 'a' } }, 'Argo CD'],
    [{ labels: { 'argocd.argoproj.io/instance': 'a' } }, 'Argo CD'],
    [
      { labels: { 'app.kubernetes.io/managed-by': 'Helm' }, annotations: { 'meta.helm.sh/release-name': 'a' } },
      undefined,
    ],
    [{}, undefined],
    [{ labels: null, annotations: null }, undefined],
  ])('reads %j as %s', (marks, manager) => {
    expect(managerOf(marks)).toBe(manager);
  });
});
