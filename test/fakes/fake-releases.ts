import type { KubeObject } from '../../src/ports/kube.ts';
import type { Release, ReleaseChange, Releases } from '../../src/ports/releases.ts';
import type { FakeKube } from './fake-kube.ts';

/** Helm whose releases are nothing but their records in the cluster. */
export class FakeReleases implements Releases {
  /** Says yes to every upgrade and makes none. */
  isIdle = false;
  readonly #kube: FakeKube;

  constructor(kube: FakeKube) {
    this.#kube = kube;
  }

  async find(namespace: string, name: string): Promise<Release | null> {
    const labelSelector = `owner=helm,name=${name}`;
    const records = await this.#kube.list({ apiVersion: 'v1', kind: 'Secret', namespace, labelSelector });
    const revisions = records.map(({ metadata: { labels } }) => ({
      namespace,
      name,
      revision: Number(labels?.version),
      status: labels?.status ?? '',
    }));
    return revisions.sort((a, b) => b.revision - a.revision)[0] ?? null;
  }

  async install({ namespace, release }: ReleaseChange): Promise<void> {
    this.#kube.seed(record(namespace, release, 1, 'deployed'));
  }

  async upgrade({ namespace, release }: ReleaseChange): Promise<void> {
    await this.#next(namespace, release, 'deployed');
  }

  async killUpgrade({ namespace, release }: ReleaseChange): Promise<void> {
    await this.#next(namespace, release, 'pending-upgrade');
  }

  async rollback(namespace: string, release: string): Promise<void> {
    const now = await this.find(namespace, release);
    this.#kube.seed(record(namespace, release, (now?.revision ?? 0) + 1, 'deployed'));
  }

  async #next(namespace: string, release: string, status: string): Promise<void> {
    const now = await this.find(namespace, release);
    if (!this.isIdle) this.#kube.seed(record(namespace, release, (now?.revision ?? 0) + 1, status));
  }
}

function record(namespace: string, name: string, revision: number, status: string): KubeObject {
  const labels = { owner: 'helm', name, version: String(revision), status };
  const metadata = { namespace, name: `sh.helm.release.v1.${name}.v${revision}`, labels };
  return { apiVersion: 'v1', kind: 'Secret', metadata };
}
