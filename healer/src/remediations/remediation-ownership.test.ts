import type { KubernetesObject } from '@kubernetes/client-node';
import type { Logger } from 'pino';
import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../test/fakes/manual-clock.ts';
import { incident as sample } from '../../test/fakes/samples.ts';
import type { Incident } from '../incidents/incident.ts';
import { KubeError } from '../kube/kube-error.ts';
import { ObjectStore } from '../kube/object-store.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { RemediationOwnership, specOf } from './remediation-ownership.ts';
import { type RemediationView, viewRemediation } from './view.ts';

const conflict = (): Promise<never> => Promise.reject(new KubeError('conflict', { status: 409 }));

/** One Remediation at most, with versions, as the API server keeps them. */
class OneRemediation {
  stored: (KubernetesObject & { status?: object }) | undefined;
  /** Takes the place of the next answer; the write itself happens first when `late`. */
  fail: { error: KubeError; late: boolean } | undefined;
  /** Takes every write, whatever version it is based on. */
  takesAll = false;
  #version = 0;

  put(object: KubernetesObject): KubernetesObject {
    this.#version += 1;
    this.stored = { ...object, metadata: { ...object.metadata, resourceVersion: String(this.#version) } };
    return this.stored;
  }

  createRemediation(body: KubernetesObject): Promise<KubernetesObject> {
    return this.stored === undefined ? this.#write(body) : conflict();
  }

  async readRemediation(): Promise<KubernetesObject | undefined> {
    return this.stored;
  }

  replaceRemediationStatus(body: KubernetesObject): Promise<KubernetesObject> {
    const isNewest = this.stored?.metadata?.resourceVersion === body.metadata?.resourceVersion;
    return isNewest || this.takesAll ? this.#write(body) : conflict();
  }

  #write(body: KubernetesObject): Promise<KubernetesObject> {
    const { fail } = this;
    this.fail = undefined;
    if (fail !== undefined && !fail.late) return Promise.reject(fail.error);
    const written = this.put(body);
    return fail === undefined ? Promise.resolve(written) : Promise.reject(fail.error);
  }
}

describe('a claim', () => {
  const incident = sample();
  const spec = specOf(incident, { kind: 'Deployment', name: 'back', uid: 'deployment-1', generation: 1 });
  let server: OneRemediation;
  let store: ObjectStore<RemediationView>;
  let mine: RemediationOwnership;
  let trouble: string[];
  let other: RemediationOwnership;
  let clock: ManualClock;

  beforeEach(() => {
    server = new OneRemediation();
    trouble = [];
    store = new ObjectStore();
    clock = new ManualClock();
    mine = replica('mine');
    other = replica('other');
  });

  function replica(holder: string, tells = false): RemediationOwnership {
    return new RemediationOwnership({
      api: server,
      store,
      clock,
      holder,
      tells,
      metrics: createMetrics(),
      log: { warn: (message: string) => trouble.push(message) } as unknown as Logger,
    });
  }

  const status = (): object | undefined => server.stored?.status;
  const acting = { phase: 'Acting', reason: 'r' } as const;

  it('is made by writing the object, and once', async () => {
    expect(await mine.claim(incident, spec)).toEqual({ kind: 'held', status: undefined });
    expect(await mine.claim(incident, spec)).toEqual({ kind: 'held', status: undefined });
    expect(server.stored).toMatchObject({ metadata: { name: 'r-incident-a', namespace: 'shop' }, spec });
    expect(await mine.advance(incident.id, acting)).toBeUndefined();
    expect(status()).toMatchObject({ phase: 'Acting', holder: 'mine' });
  });

  it('is not had by a policy while another one has the target', async () => {
    await mine.claim(incident, spec);
    const claim = await other.claim(incident, { ...spec, policy: 'another' });
    expect(claim).toMatchObject({
      kind: 'refused',
      reason: expect.stringMatching(/shop\/shop-back treats it already/),
    });
  });

  it('is taken over as it was left by a holder of before', async () => {
    await mine.claim(incident, spec);
    await mine.advance(incident.id, { ...acting, phase: 'Acted', actedAt: '2026-11-24T10:00:00.000Z' });
    const claim = await other.claim(incident, spec);
    expect(claim).toMatchObject({ kind: 'held', status: { phase: 'Acted', holder: 'mine' } });
  });

  it('keeps the first of two holders from going on: a frozen replica wakes up and may not act', async () => {
    await mine.claim(incident, spec);
    await other.claim(incident, spec);
    await other.advance(incident.id, acting);
    expect(await mine.advance(incident.id, acting)).toBe('other went on with it');
    expect(await mine.advance(incident.id, acting)).toBe('another replica went on with it');
    expect(status()).toMatchObject({ holder: 'other' });
  });

  it.each([
    ['one of two holders at once act', false, ['mine']],
    ['both act where writes do not name the version they are based on', true, ['mine', 'other']],
  ])('lets %s', async (_title, takesAll, expected) => {
    server.takesAll = takesAll;
    const acts: string[] = [];
    const act = async (holder: RemediationOwnership, name: string): Promise<void> => {
      const claim = await holder.claim(incident, spec);
      if (claim.kind === 'held' && (await holder.advance(incident.id, acting)) === undefined) acts.push(name);
    };
    await Promise.all([act(mine, 'mine'), act(other, 'other')]);
    expect(acts).toEqual(expected);
  });

  it('goes on when only the answer to its own write was lost', async () => {
    await mine.claim(incident, spec);
    server.fail = { error: new KubeError('silence', {}), late: true };
    await expect(mine.advance(incident.id, acting)).rejects.toThrow('silence');
    expect(await mine.advance(incident.id, { phase: 'Acted', reason: 'r' })).toBeUndefined();
    expect(status()).toMatchObject({ phase: 'Acted', holder: 'mine' });
  });

  it('is not had where nobody answers', async () => {
    server.fail = { error: new KubeError('down', { status: 500 }), late: false };
    await expect(mine.claim(incident, spec)).rejects.toThrow('down');
    expect(await mine.advance(incident.id, acting)).toMatch(/nobody claimed/);
  });

  it('brings later steps up to date in order, and tries again', async () => {
    await mine.claim(incident, spec);
    server.fail = { error: new KubeError('busy', { status: 503 }), late: false };
    mine.note(incident.id, { phase: 'Acted', reason: 'first' });
    mine.note(incident.id, { phase: 'Resolved', reason: 'second' });
    await mine.flush(5_000);
    expect(status()).toMatchObject({ phase: 'Resolved', reason: 'second' });
  });

  it('does not keep an action waiting for a step that the server will never take', async () => {
    await mine.claim(incident, spec);
    server.fail = { error: new KubeError('invalid', { status: 422 }), late: false };
    mine.note(incident.id, { phase: 'Refused', refusal: 'OneAtATime', reason: 'r' });
    expect(await mine.advance(incident.id, acting)).toBeUndefined();
    expect(trouble).toEqual(['r-incident-a was not brought up to date: invalid']);
  });

  describe('of whose incident people are told', () => {
    const notified = (): unknown => Object(status()).notified;
    const anybody = (): boolean => true;

    beforeEach(async () => {
      mine = replica('mine', true);
      await mine.claim(incident, spec);
    });

    it('notes with the next step what they were told, and that they are', async () => {
      await mine.advance(incident.id, acting);
      expect(notified()).toEqual([]);
      mine.remember(incident.id, 'opened');
      mine.remember(incident.id, 'opened');
      mine.note(incident.id, { phase: 'Acted', reason: 'r' });
      await mine.flush(5_000);
      expect(status()).toMatchObject({ phase: 'Acted', notified: ['opened'] });
    });

    it('notes it by itself where no step follows for a while, and touches nothing else', async () => {
      await mine.advance(incident.id, { ...acting, phase: 'Resolved', reason: 'well' });
      mine.remember(incident.id, 'resolved');
      mine.saveMarks(anybody, 1_000);
      await mine.flush(5_000);
      expect(notified()).toEqual([]);
      clock.advance(1_000);
      mine.saveMarks(() => false, 1_000);
      await mine.flush(5_000);
      expect(notified()).toEqual([]);
      mine.saveMarks(anybody, 1_000);
      await mine.flush(5_000);
      expect(status()).toMatchObject({ phase: 'Resolved', reason: 'well', notified: ['resolved'] });
    });

    it('notes it also before anything else was written', async () => {
      mine.remember(incident.id, 'opened');
      mine.saveMarks(anybody, 0);
      await mine.flush(5_000);
      expect(status()).toMatchObject({ phase: 'Detected', reason: spec.evidence, notified: ['opened'] });
    });

    it('goes on with what an earlier holder noted', async () => {
      mine.remember(incident.id, 'opened');
      await mine.advance(incident.id, acting);
      other = replica('other', true);
      await other.claim(incident, spec);
      other.remember(incident.id, 'acted');
      await other.advance(incident.id, { ...acting, phase: 'Acted' });
      expect(notified()).toEqual(['opened', 'acted']);
    });

    it('is not forgotten before that is noted', async () => {
      await mine.advance(incident.id, { ...acting, phase: 'Resolved' });
      mine.remember(incident.id, 'resolved');
      store.set('shop/r-incident-a', viewRemediation(server.stored ?? {}));
      mine.forget();
      expect(mine.knows(incident.id)).toBe(true);
      mine.saveMarks(anybody, 0);
      await mine.flush(5_000);
      mine.forget();
      expect(mine.knows(incident.id)).toBe(false);
    });

    it('is forgotten once another holder has noted it', async () => {
      await mine.advance(incident.id, { ...acting, phase: 'Resolved' });
      mine.remember(incident.id, 'resolved');
      const noted = { ...server.stored, status: { ...status(), notified: ['resolved'] } };
      store.set('shop/r-incident-a', viewRemediation(noted));
      mine.forget();
      expect(mine.knows(incident.id)).toBe(false);
    });

    it('is noted after all where the write failed', async () => {
      mine.remember(incident.id, 'opened');
      server.fail = { error: new KubeError('down', { status: 500 }), late: false };
      await expect(mine.advance(incident.id, acting)).rejects.toThrow('down');
      mine.saveMarks(anybody, 0);
      await mine.flush(5_000);
      expect(notified()).toEqual(['opened']);
    });
  });

  it('counts episodes: what is open goes on, what has ended is followed by the next', async () => {
    const seen = (): Incident['episode'] => mine.known('uid-a', 'NotReady').nextEpisode;
    expect(seen()).toBe(1);
    await mine.claim(incident, spec);
    expect(seen()).toBe(2);
    store.set('shop/r-incident-a', viewRemediation(server.stored ?? {}));
    expect(mine.known('uid-a', 'NotReady').open?.spec?.episode).toBe(1);
    mine.note(incident.id, { phase: 'Resolved', reason: 'r' });
    await mine.flush(1_000);
    // The watch still shows it as open, but this replica knows better.
    expect(mine.known('uid-a', 'NotReady').open).toBeUndefined();
    expect(await mine.claim(incident, spec)).toMatchObject({ kind: 'over' });
    expect(mine.known('uid-a', 'CrashLoop').nextEpisode).toBe(1);
  });

  it('knows what it holds before the watch shows it, and how the one before ended', async () => {
    await mine.claim(incident, spec);
    expect(mine.known('uid-a', 'NotReady')).toMatchObject({ open: { spec: { episode: 1 } }, lastPhase: undefined });
    mine.note(incident.id, { phase: 'GaveUp', reason: 'r' });
    expect(mine.known('uid-a', 'NotReady').open).toBeUndefined();
    await mine.flush(1_000);
    expect(mine.known('uid-a', 'NotReady')).toMatchObject({ lastPhase: 'GaveUp', nextEpisode: 2 });
  });

  it('is over for a holder that comes too late, which counts the next episode', async () => {
    await mine.claim(incident, spec);
    mine.note(incident.id, { phase: 'Failed', reason: 'r' });
    await mine.flush(1_000);
    expect(await other.claim(incident, spec)).toMatchObject({ kind: 'over' });
  });

  it('that another replica went on with is no end of it', async () => {
    await mine.claim(incident, spec);
    await other.claim(incident, spec);
    await other.advance(incident.id, acting);
    await mine.advance(incident.id, acting);
    store.set('shop/r-incident-a', viewRemediation(server.stored ?? {}));
    expect(mine.known('uid-a', 'NotReady').open?.spec?.episode).toBe(1);
  });

  it('is forgotten once the end of it shows', async () => {
    await mine.claim(incident, spec);
    mine.note(incident.id, { phase: 'Resolved', reason: 'r' });
    await mine.flush(1_000);
    mine.forget();
    expect(mine.knows(incident.id)).toBe(true);
    store.set('shop/r-incident-a', viewRemediation(server.stored ?? {}));
    mine.forget();
    expect(mine.knows(incident.id)).toBe(false);
  });
});
