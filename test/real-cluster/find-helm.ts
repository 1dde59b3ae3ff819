import { globSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** The helm that HEALPROOF_HELM names, that the image build made, or that is on PATH. */
export function findHelm(env = process.env): string | undefined {
  const parts = join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'healproof', 'airgap', 'parts');
  const onPath = (env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'helm'));
  const candidates = [env.HEALPROOF_HELM ?? '', ...globSync(join(parts, 'helm-*/bin/helm')), ...onPath];
  return candidates.find((path) => path !== '' && globSync(path).length > 0);
}
