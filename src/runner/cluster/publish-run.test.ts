import { describe, expect, it } from 'vitest';
import { FakeKube } from '../../../test/fakes/fake-kube.ts';
import { cannedPass } from '../../../test/fixtures/canned-run.ts';
import { KubernetesError } from '../../errors.ts';
import { PUBLISHED_RUNS, publishedRunSchema } from '../../experiment/cluster-records/published-run.ts';
import { summaryOf } from '../../experiment/run-record/run-summary.ts';
import { publishRun } from './publish-run.ts';

const KEY = `ConfigMap/${PUBLISHED_RUNS.namespace}/${PUBLISHED_RUNS.configMap}`;

function dataIn(kube: FakeKube): Record<string, string> {
  return kube.objects.get(KEY)?.data as Record<string, string>;
}

const numbered = (number: number) =>
  summaryOf({ ...cannedPass, runId: `20261120-12${String(number).padStart(4, '0')}-aaaaaa` });

describe('publishing a run', () => {
  it('leaves its figures where the janitor finds them', async () => {
    const kube = new FakeKube();
    await publishRun(kube, summaryOf(cannedPass));
    const entry: unknown = JSON.parse(dataIn(kube)[`${cannedPass.runId}.json`] ?? '');
    expect(publishedRunSchema.parse(entry)).toMatchObject({
      scenario: 'wedged-replica-is-replaced',
      outcome: 'pass',
      recovery: { lowerMs: 13_400, upperMs: 21_000 },
    });
  });

  it('keeps the newest, and stays well below what a ConfigMap may hold', async () => {
    const kube = new FakeKube();
    for (let number = 0; number < PUBLISHED_RUNS.keep + 5; number += 1) await publishRun(kube, numbered(number));
    const keys = Object.keys(dataIn(kube)).sort();
    expect(keys).toHaveLength(PUBLISHED_RUNS.keep);
    expect(keys[0]).toContain('-120005-');
    expect(JSON.stringify(dataIn(kube)).length).toBeLessThan(200_000);
  });

  it('does not mind that another run was faster to make the place', async () => {
    const kube = new FakeKube();
    kube.trouble = (call) => {
      if (call !== `create ${KEY}`) return null;
      kube.seed({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { namespace: PUBLISHED_RUNS.namespace, name: PUBLISHED_RUNS.configMap },
        data: { other: '{}' },
      });
      return new KubernetesError('exists', 409);
    };
    await publishRun(kube, summaryOf(cannedPass));
    expect(Object.keys(dataIn(kube))).toEqual(['other', `${cannedPass.runId}.json`]);
  });
});
