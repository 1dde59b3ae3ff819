import { unwatchFile, watchFile } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { describeError } from '../errors.ts';

export interface TlsFiles {
  readonly certFile: string;
  readonly keyFile: string;
}

/**
 * Hands over certificate and key (PEM) whenever one of their files has changed, as Kubernetes exchanges them when their
 * Secret does. Both are looked at every `everyMs`: no watch on a file survives the way in which it does so. What `use`
 * throws because the two do not fit is told, and what was in use stays. Returns what ends it.
 */
export function followTlsFiles(
  { certFile, keyFile }: TlsFiles,
  everyMs: number,
  use: (pair: { readonly cert: string; readonly key: string }) => void,
  onTrouble: (message: string) => void,
): () => void {
  const renew = async (): Promise<void> => {
    try {
      const [cert, key] = await Promise.all([readFile(certFile, 'utf8'), readFile(keyFile, 'utf8')]);
      use({ cert, key });
    } catch (error) {
      onTrouble(`the pair in ${certFile} and ${keyFile} is of no use, the one before stays: ${describeError(error)}`);
    }
  };
  const changed = (): void => void renew();
  for (const file of [certFile, keyFile]) watchFile(file, { interval: everyMs, persistent: false }, changed);
  return () => {
    for (const file of [certFile, keyFile]) unwatchFile(file, changed);
  };
}
