import { PreflightError } from '../../src/errors.ts';
import type { NodeContainer } from './docker.ts';
import { MARK_PATH } from './kind-config.ts';

export interface Owner {
  /** `other-cache`: made by healproof, but its state is kept in another cache folder. */
  readonly owner: 'nobody' | 'us' | 'other-cache' | 'foreign';
  readonly markDir: string | null;
}

/** Pure: who made the containers of a cluster. The mark is a mount, so it is there as soon as the first container is. */
export function ownerOf(containers: readonly NodeContainer[], markDir: string): Owner {
  if (containers.length === 0) return { owner: 'nobody', markDir: null };
  const marks = containers.map(({ mounts }) => mounts.get(MARK_PATH));
  const [first] = marks;
  if (first === undefined || marks.includes(undefined)) return { owner: 'foreign', markDir: null };
  return marks.every((mark) => mark === markDir)
    ? { owner: 'us', markDir }
    : { owner: 'other-cache', markDir: marks.find((mark) => mark !== markDir) ?? first };
}

/** @throws PreflightError, one sentence with the remedy, unless the cluster is ours or nobody's. */
export function refuseForeign(cluster: string, { owner, markDir }: Owner): void {
  if (owner === 'foreign') {
    throw new PreflightError(`a kind cluster named ${cluster} exists that healproof did not make; it was left alone`, {
      hint: `Use another name (--cluster NAME or HEALPROOF_CLUSTER), or remove it yourself: kind delete cluster --name ${cluster}`,
    });
  }
  if (owner === 'other-cache') {
    throw new PreflightError(`the lab ${cluster} belongs to another cache folder (${markDir})`, {
      hint: 'Set HEALPROOF_CACHE_DIR to that cache folder, or use another name (--cluster NAME).',
    });
  }
}
