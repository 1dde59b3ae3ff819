import type { V1Secret } from '@kubernetes/client-node';
import type { ReleaseRevision } from './release.ts';
import { decodeRelease } from './release-secret.ts';

/** A release Secret as the healer remembers it. */
export type SeenRelease =
  | { readonly key: string; readonly number: number; readonly revision: ReleaseRevision; readonly problem?: undefined }
  /** A Secret that holds no release; `key` is what its name says, if that is a name of Helm's. */
  | {
      readonly key: string | undefined;
      readonly number: number;
      readonly revision?: undefined;
      readonly problem: string;
    };

const NAME = /^sh\.helm\.release\.v1\.(.+)\.v(\d+)$/;

/** Keeps of a release Secret what the healer needs; one that is corrupt is remembered with the reason. */
export function viewReleaseSecret(
  secret: V1Secret,
  previous: SeenRelease | undefined,
  onUnreadable: (secret: { namespace: string; name: string; uid: string }, reason: string) => void,
): SeenRelease {
  const { namespace = '', name = '', uid = '' } = secret.metadata ?? {};
  const [, release, version] = NAME.exec(name) ?? [];
  const key = release === undefined ? undefined : `${namespace}/${release}`;
  const number = Number(version ?? 0);
  const decoded = decodeRelease(secret);
  if (decoded.ok && key !== undefined) return { key, number, revision: decoded.revision };
  const problem = decoded.ok ? 'its name is not one that Helm gives' : decoded.reason;
  if (previous?.problem !== problem) onUnreadable({ namespace, name, uid }, problem);
  return { key, number, problem };
}
