import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { incidentId } from '../../src/incidents/incident.ts';
import { remediationName } from '../../src/remediations/view.ts';
import { REMEDIATIONS, TestLab } from '../fakes/lab.ts';
import type { StoredObject } from '../fakes/stored-object.ts';

describe('the claim of a pod that stays sick', () => {
  let lab: TestLab;

  beforeEach(() => {
    lab = new TestLab();
  });
  afterEach(() => lab.stop());

  const isStatusWrite = (path: string): boolean => /\/remediations\/[^/]+\/status$/.test(path);
  const phase = (name: string): unknown =>
    Object(lab.remediations().find(({ metadata }) => metadata.name === name)?.status).phase;

  it('is followed by the next episode when a holder of before ended it and died', async () => {
    let ended: StoredObject | undefined;
    lab.server.intercept = ({ method, path, body }) => {
      if (method !== 'POST' || !path.endsWith('/remediations') || ended !== undefined) return undefined;
      ended = { ...(body as StoredObject), status: { phase: 'Failed', holder: 'healer-of-before', reason: 'r' } };
      lab.server.put(REMEDIATIONS, ended);
      return undefined;
    };
    lab.makeSick('b');
    await lab.startHealer();
    await lab.replaceEvicted('d');
    expect(await lab.record('acted')).toMatchObject({ incident: incidentId('uid-b', 'SLOViolation', 2) });
    expect(ended?.metadata.name).toBe(remediationName(incidentId('uid-b', 'SLOViolation', 1)));
  });

  it('does not go on to say that it is being acted on once the server has refused the same for the second time', async () => {
    let refusals = 0;
    const causes = [{ reason: 'DisruptionBudget', message: 'no more allowed' }];
    lab.server.intercept = ({ path }) => {
      if (!path.endsWith('/eviction')) return undefined;
      refusals += 1;
      const headers = { 'retry-after': '0' };
      return { status: 429, headers, body: { kind: 'Status', code: 429, message: 'no', details: { causes } } };
    };
    lab.makeSick('b');
    await lab.startHealer();
    await expect.poll(() => refusals, { timeout: 25_000 }).toBeGreaterThan(1);
    const name = remediationName(incidentId('uid-b', 'SLOViolation', 1));
    await expect.poll(() => phase(name), { timeout: 25_000 }).toBe('Refused');
    const phases = lab.server.requests
      .filter(({ path }) => isStatusWrite(path))
      .map(({ body }) => Object(Object(body).status).phase);
    // Other reasons may come in between on a machine with other work, but nothing is left as being done.
    expect(phases.filter((each) => each === 'Acting').length).toBeGreaterThan(1);
    expect(phases.join(' ')).not.toMatch(/Acting Acting/);
  });
});
