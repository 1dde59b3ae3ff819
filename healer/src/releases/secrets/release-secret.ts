import { createHash } from 'node:crypto';
import type { V1ObjectMeta, V1Secret } from '@kubernetes/client-node';
import { z } from 'zod';
import { describeError } from '../../errors.ts';
import { toEpochMs } from '../../kube/timestamp.ts';
import { readManifest } from './manifest.ts';
import { isRollback, RELEASE_STATUSES, type ReleaseRevision } from './release.ts';
import { unpackRelease } from './unpack-release.ts';

/** Type of the Secrets in which Helm keeps its releases. */
const RELEASE_SECRET_TYPE = 'helm.sh/release.v1';

export type DecodedRelease =
  | { readonly ok: true; readonly revision: ReleaseRevision }
  | { readonly ok: false; readonly reason: string };

const Stored = z.object({
  name: z.string().min(1),
  namespace: z.string().min(1),
  version: z.number().int().min(1),
  manifest: z.string().default(''),
  info: z.object({ status: z.enum(RELEASE_STATUSES), description: z.string().default('') }),
});

const NAME = /^sh\.helm\.release\.v1\.(.+)\.v(\d+)$/;
/** Of what is told about a Secret or kept of a description: whoever writes it decides how long it is. */
const LONGEST_SENTENCE = 300;

/**
 * Reads a release out of its Secret; whatever is wrong with it ends in a sentence, never in an exception: one that escaped
 * would break the watch over all other releases of the namespace, for as long as the Secret is there.
 */
export function decodeRelease(secret: V1Secret): DecodedRelease {
  try {
    return read(secret);
  } catch (error) {
    return wrong(`it cannot be read: ${describeError(error)}`);
  }
}

function read(secret: V1Secret): DecodedRelease {
  const { metadata, data, type } = secret;
  if (type !== RELEASE_SECRET_TYPE) return wrong(`its type is ${String(type)}`);
  const [, name, version] = NAME.exec(metadata?.name ?? '') ?? [];
  if (name === undefined) return wrong('its name is not one that Helm gives');
  const unpacked = unpackRelease(data?.release);
  if (!unpacked.ok) return wrong(unpacked.reason);
  const stored = Stored.safeParse(unpacked.value);
  if (!stored.success) return wrong(`it holds no release: ${describe(stored.error)}`);
  const { data: release } = stored;
  if (release.name !== name || String(release.version) !== version || release.namespace !== metadata?.namespace) {
    return wrong(`it holds revision ${release.version} of ${release.namespace}/${release.name}`);
  }
  const manifest = readManifest(release.manifest, release.namespace);
  if (!manifest.ok) return wrong(`its manifest is unreadable: ${manifest.reason}`);
  const { status } = release.info;
  const description = release.info.description.slice(0, LONGEST_SENTENCE);
  return {
    ok: true,
    revision: {
      namespace: release.namespace,
      release: name,
      revision: release.version,
      uid: metadata.uid ?? '',
      status,
      description,
      rollback: isRollback(status, description),
      createdAtMs: toEpochMs(metadata.creationTimestamp) ?? 0,
      changedAtMs: changedAtMs(metadata),
      content: createHash('sha256').update(release.manifest).digest('hex').slice(0, 16),
      workloads: manifest.workloads,
      manager: manifest.manager,
    },
  };
}

/** When the API server last took a change of the object, by its own clock. */
function changedAtMs({ creationTimestamp, managedFields }: V1ObjectMeta): number {
  const times = [creationTimestamp, ...(managedFields ?? []).map(({ time }) => time)];
  return Math.max(0, ...times.map((time) => toEpochMs(time) ?? 0));
}

function describe(error: z.ZodError): string {
  return error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
}

function wrong(reason: string): { ok: false; reason: string } {
  return { ok: false, reason: reason.slice(0, LONGEST_SENTENCE) };
}
