import type { V1Pod } from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import { NOW_MS } from '../../test/fakes/samples.ts';
import { viewPod } from './pod.ts';

const at = (offsetMs: number): Date => new Date(NOW_MS + offsetMs);

function v1Pod(ready: boolean, changedAtMs: number, more: Partial<V1Pod> = {}): V1Pod {
  return {
    metadata: { name: 'a', namespace: 'shop', uid: 'uid-a', ...more.metadata },
    spec: { containers: [], ...more.spec },
    status: {
      phase: 'Running',
      podIP: '10.0.0.1',
      startTime: at(-60_000),
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: at(changedAtMs) }],
    },
  };
}

describe('viewPod', () => {
  it('counts a not-ready stretch from when the healer saw it, whatever the kubelet’s clock says', () => {
    expect(viewPod(v1Pod(false, -50_000), undefined, NOW_MS).notReadySinceMs).toBe(NOW_MS);
  });

  it('keeps counting while the stretch goes on', () => {
    const first = viewPod(v1Pod(false, 0), undefined, NOW_MS);
    expect(viewPod(v1Pod(false, 0), first, NOW_MS + 5_000).notReadySinceMs).toBe(NOW_MS);
  });

  it('starts again when the pod was Ready in between, seen or unseen', () => {
    const first = viewPod(v1Pod(false, 0), undefined, NOW_MS);
    const ready = viewPod(v1Pod(true, 1_000), first, NOW_MS + 1_000);
    expect(ready.notReadySinceMs).toBeUndefined();
    expect(viewPod(v1Pod(false, 2_000), ready, NOW_MS + 2_000).notReadySinceMs).toBe(NOW_MS + 2_000);
    expect(viewPod(v1Pod(false, 9_000), first, NOW_MS + 9_000).notReadySinceMs).toBe(NOW_MS + 9_000);
  });

  it('remembers nothing of another pod of the same name', () => {
    const first = viewPod(v1Pod(true, 0), undefined, NOW_MS);
    const second = v1Pod(false, -59_000, { metadata: { name: 'a', namespace: 'shop', uid: 'uid-b' } });
    const view = viewPod(second, first, NOW_MS + 5_000);
    expect(view).toMatchObject({ wasReady: false, notReadySinceMs: NOW_MS + 5_000 });
  });

  it('tells a pod that lost readiness from one that still starts', () => {
    expect(viewPod(v1Pod(false, -60_000), undefined, NOW_MS).wasReady).toBe(false);
    expect(viewPod(v1Pod(false, -10_000), undefined, NOW_MS).wasReady).toBe(true);
    const ready = viewPod(v1Pod(true, -60_000), undefined, NOW_MS);
    expect(viewPod(v1Pod(false, -58_000), ready, NOW_MS).wasReady).toBe(true);
  });

  it('reads times as lists and as watches bring them', () => {
    const fromWatch = JSON.parse(JSON.stringify(v1Pod(true, -1_000))) as V1Pod;
    expect(viewPod(fromWatch, undefined, NOW_MS)).toEqual(viewPod(v1Pod(true, -1_000), undefined, NOW_MS));
  });

  it('has no address of its own on the host network', () => {
    const host = v1Pod(true, 0, { spec: { containers: [], hostNetwork: true } });
    expect(viewPod(host, undefined, NOW_MS).ip).toBeUndefined();
  });

  it('is opted out by the annotation "false" alone', () => {
    const annotated = (value: string): V1Pod =>
      v1Pod(true, 0, { metadata: { name: 'a', annotations: { 'healproof.dev/heal': value } } });
    expect(viewPod(annotated('false'), undefined, NOW_MS).optedOut).toBe(true);
    expect(viewPod(annotated('true'), undefined, NOW_MS).optedOut).toBe(false);
  });
});
