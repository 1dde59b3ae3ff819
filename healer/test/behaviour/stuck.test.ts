import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PODS, SPEC, TestLab } from '../fakes/lab.ts';

describe('a pod that does not go', () => {
  let lab: TestLab;

  beforeEach(async () => {
    lab = new TestLab();
    const conditions = [...SPEC.conditions, { type: 'StuckTerminating', for: '30ms' }];
    lab.putPolicy({ ...SPEC, conditions });
    await lab.startHealer();
    await lab.announced('PolicyLoaded');
  });
  afterEach(async () => {
    await lab.stop();
  });

  it.each(['Running', 'Succeeded'])(
    'is told of once, and nothing is done to it, also when its programs have ended (%s)',
    async (phase) => {
      const pod = lab.server.all(PODS).find(({ metadata }) => metadata.name === 'b');
      if (pod === undefined) throw new Error('there is no pod b');
      const deletionTimestamp = new Date(Date.now() - 1_000).toISOString();
      const metadata = { ...pod.metadata, deletionTimestamp, finalizers: ['foregroundDeletion'] };
      const status = { ...Object(pod).status, phase, conditions: [{ type: 'Ready', status: 'False' }] };
      lab.server.put(PODS, { ...pod, metadata, status });
      expect(await lab.record('acted')).toMatchObject({
        condition: 'StuckTerminating',
        action: 'Notify',
        target: { name: 'b' },
      });
      lab.server.remove(PODS, 'shop/b');
      expect(await lab.record('resolved')).toMatchObject({ condition: 'StuckTerminating', target: { name: 'b' } });
      const touching = lab.server.requests.filter(({ method, path }) => method !== 'GET' && path.includes('/pods/'));
      expect(touching).toEqual([]);
      expect(lab.records().filter(({ stage }) => stage === 'acted')).toHaveLength(1);
    },
  );
});
