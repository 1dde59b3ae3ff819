import type { HelmCommand, HelmResult, ReleaseAddress } from '../../src/releases/helm-command.ts';
import type { FakeApiServer } from './fake-api-server.ts';
import { type ReleaseSample, releaseSecret } from './release-secrets.ts';
import type { StoredObject } from './stored-object.ts';

export const SECRETS = '/api/v1/secrets';

/** Helm as far as the healer sees it: it keeps revisions in Secrets of the fake API server and changes nothing else. */
export class FakeHelm implements Pick<HelmCommand, 'rollback' | 'uninstall'> {
  /** What it was asked for, e.g. `rollback shop/shop-release 1`. */
  readonly calls: string[] = [];
  readonly #server: FakeApiServer;
  readonly #revisions = new Map<number, ReleaseSample>();

  constructor(server: FakeApiServer) {
    this.#server = server;
  }

  /** Writes a revision, or another state of one, as its user's own helm would. */
  write(sample: ReleaseSample & { readonly revision: number }): void {
    this.#revisions.set(sample.revision, sample);
    this.#server.put(SECRETS, releaseSecret(sample) as unknown as StoredObject);
  }

  async rollback({ namespace, release }: ReleaseAddress, revision: number): Promise<HelmResult> {
    this.calls.push(`rollback ${namespace}/${release} ${revision}`);
    const newest = Math.max(...this.#revisions.keys());
    const target = this.#revisions.get(revision);
    if (target === undefined) return { exitCode: 1, timedOut: false, message: 'Error: release: not found' };
    for (const [number, each] of this.#revisions) {
      if (each.status === 'deployed') this.write({ ...each, revision: number, status: 'superseded' });
    }
    const changedAt = new Date().toISOString();
    const made = { revision: newest + 1, description: `Rollback to ${revision}`, changedAt } as const;
    this.write({ ...target, ...made, status: 'deployed' });
    return { exitCode: 0, timedOut: false, message: '' };
  }

  async uninstall({ namespace, release }: ReleaseAddress): Promise<HelmResult> {
    this.calls.push(`uninstall ${namespace}/${release}`);
    for (const number of this.#revisions.keys()) {
      this.#server.remove(SECRETS, `${namespace}/sh.helm.release.v1.${release}.v${number}`);
    }
    this.#revisions.clear();
    return { exitCode: 0, timedOut: false, message: '' };
  }
}
