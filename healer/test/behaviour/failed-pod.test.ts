import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PODS, SPEC, TestLab } from '../fakes/lab.ts';

describe('what is left of a pod that ended', () => {
  let lab: TestLab;

  beforeEach(async () => {
    lab = new TestLab();
    lab.putPolicy({ ...SPEC, conditions: [{ type: 'FailedPod', for: '30ms' }] });
    await lab.startHealer();
    await lab.announced('PolicyLoaded');
  });
  afterEach(async () => {
    await lab.stop();
  });

  function end(name: string, phase: 'Failed' | 'Succeeded', restartPolicy: 'Always' | 'Never'): void {
    const pod = lab.server.all(PODS).find(({ metadata }) => metadata.name === name);
    if (pod === undefined) throw new Error(`there is no pod ${name}`);
    const spec = { ...Object(pod).spec, restartPolicy };
    const ended = { ...pod, spec, status: { ...Object(pod).status, phase, conditions: [] } };
    lab.server.put(PODS, ended);
  }

  it.each([
    ['in failure', 'Failed', 'Never'],
    ['in order although it should never have', 'Succeeded', 'Always'],
  ] as const)('is deleted, by its UID, where it ended %s', async (_title, phase, restartPolicy) => {
    end('b', phase, restartPolicy);
    lab.addPod('d');
    const deletion = await lab.server.request(({ method, path }) => method === 'DELETE' && path.endsWith('/pods/b'));
    expect(deletion.body).toMatchObject({ preconditions: { uid: 'uid-b' } });
    expect(await lab.record('acted')).toMatchObject({ condition: 'FailedPod', action: 'DeletePod' });
  });

  it('stays where ending was its purpose', async () => {
    end('b', 'Succeeded', 'Never');
    end('c', 'Failed', 'Never');
    expect((await lab.record('acted')).target.name).toBe('c');
    expect(lab.records().some(({ target }) => target.kind === 'Pod' && target.name === 'b')).toBe(false);
  });
});
