import { beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../../test/fakes/fake-clock.ts';
import { FakeKube } from '../../../test/fakes/fake-kube.ts';
import { FakeRun } from '../../../test/fakes/fake-run.ts';
import { AbortedError, FaultError } from '../../errors.ts';
import { waitUntil } from '../../runner/waiting/wait-until.ts';
import { HelmReleases } from './helm-releases.ts';

const CHANGE = { namespace: 'shop', release: 'web', chart: '/charts/web', values: { image: 'bad' } };
const signal = new AbortController().signal;

let kube: FakeKube;
let programs: FakeRun;
let releases: HelmReleases;
beforeEach(() => {
  kube = new FakeKube();
  programs = new FakeRun();
  const clock = new FakeClock();
  releases = new HelmReleases({
    run: programs.run,
    wait: (what, look, options) => waitUntil(look, { clock, what, ...options }),
    clock,
    kube,
    helm: 'helm',
    kubeconfigPath: '/lab/kubeconfig',
    context: undefined,
  });
  record(1, 'superseded');
  record(2, 'deployed');
});

function record(revision: number, status: string): void {
  const labels = { owner: 'helm', name: 'web', version: String(revision), status };
  const metadata = { namespace: 'shop', name: `sh.helm.release.v1.web.v${revision}`, labels };
  kube.seed({ apiVersion: 'v1', kind: 'Secret', metadata });
}

/** Helm that works until it is killed, as it does while it waits for pods. */
function workUntilKilled(write: () => void): void {
  programs.on('helm upgrade', ({ options }) => {
    write();
    return new Promise((_resolve, reject) => {
      options.signal?.addEventListener('abort', () => reject(new AbortedError('killed')));
    });
  });
}

describe('a release', () => {
  it('is what its newest record says', async () => {
    record(10, 'failed');
    expect(await releases.find('shop', 'web')).toMatchObject({ revision: 10, status: 'failed' });
    expect(await releases.find('shop', 'other')).toBeNull();
  });

  it('is upgraded with values from standard input, away from the user’s own settings', async () => {
    await releases.upgrade(CHANGE, signal);
    expect(programs.lines).toEqual(['helm upgrade web /charts/web --namespace shop --values -']);
    expect(programs.calls[0]?.options).toMatchObject({
      input: '{"image":"bad"}',
      env: { KUBECONFIG: '/lab/kubeconfig', HELM_NAMESPACE: undefined },
    });
  });

  it('that Helm refuses to upgrade is a fault that was refused', async () => {
    programs.on('helm upgrade', { exitCode: 1, output: 'chart not found' });
    await expect(releases.upgrade(CHANGE, signal)).rejects.toThrow(FaultError);
  });

  it('is rolled back to its revision, unless it stands there', async () => {
    await releases.rollback('shop', 'web', 2, signal);
    expect(programs.lines).toEqual([]);
    record(3, 'pending-upgrade');
    await releases.rollback('shop', 'web', 2, signal);
    expect(programs.lines).toEqual(['helm rollback web 2 --namespace shop']);
  });
});

describe('an upgrade that is killed', () => {
  it('has begun before, and is killed without a chance to tidy up', async () => {
    workUntilKilled(() => record(3, 'pending-upgrade'));
    await releases.killUpgrade(CHANGE, 1_000, signal);
    expect(programs.calls[0]?.options).toMatchObject({ endWith: 'SIGKILL' });
    expect(programs.lines[0]).toContain('--wait');
  });

  it('is refused where Helm was faster', async () => {
    programs.on('helm upgrade', () => {
      record(3, 'deployed');
      return '';
    });
    await expect(releases.killUpgrade(CHANGE, 1_000, signal)).rejects.toThrow(/had finished before/);
  });

  it('is refused where Helm never began', async () => {
    workUntilKilled(() => undefined);
    await expect(releases.killUpgrade(CHANGE, 1_000, signal)).rejects.toThrow(/Helm to be half-way/);
  });
});
