import { createHash } from 'node:crypto';

/** One file of a run folder; `chain` covers this file and every one listed before it. */
export interface FileDigest {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly chain: string;
}

export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

const ORIGIN = sha256('healproof evidence 1');

/** Digests in the order of the paths, each chained to the one before. */
export function chainDigests(files: ReadonlyMap<string, Uint8Array>): FileDigest[] {
  let chain = ORIGIN;
  return [...files.keys()].sort().map((path) => {
    const content = files.get(path) ?? new Uint8Array();
    const digest = sha256(content);
    chain = sha256(`${chain}\n${path}\n${digest}\n`);
    return { path, bytes: content.byteLength, sha256: digest, chain };
  });
}

/** The one hash that stands for a whole run folder: the chain's end and `run.json` itself. */
export function headOf(digests: readonly FileDigest[], runJson: string | Uint8Array): string {
  return sha256(`${digests.at(-1)?.chain ?? ORIGIN}\nrun.json\n${sha256(runJson)}\n`);
}
