import { describe, expect, it } from 'vitest';
import { viewNode } from './node.ts';

describe('a node', () => {
  it.each([
    ['is free', {}, [], undefined],
    ['is being rebooted by Kured', { 'weave.works/kured-reboot-in-progress': 'now' }, [], /Kured/],
    ['is being removed', {}, [{ key: 'ToBeDeletedByClusterAutoscaler', effect: 'NoSchedule' }], /cluster-autoscaler/],
    ['is tainted by somebody else', {}, [{ key: 'gpu', effect: 'NoSchedule' }], undefined],
  ])('%s', (_title, annotations, taints, claimed) => {
    const { maintainedBy } = viewNode({ metadata: { name: 'n', annotations }, spec: { taints } });
    if (claimed === undefined) expect(maintainedBy).toBeUndefined();
    else expect(maintainedBy).toMatch(claimed);
  });

  it('may be opted out or paused, for ever when nobody can read until when', () => {
    const annotations = { 'healproof.dev/heal': 'false', 'healproof.dev/paused-until': 'later' };
    expect(viewNode({ metadata: { annotations } })).toMatchObject({ optedOut: true, pausedUntilMs: Infinity });
  });
});
