import { readFile } from 'node:fs/promises';
import type { ImageSet } from '../../src/ports/images.ts';
import { isLoadable } from '../components/components.ts';
import { contentHash } from '../components/manifests.ts';
import type { LabInspection } from './inspect.ts';
import { type RenderedKindConfig, renderKindConfig } from './kind-config.ts';
import type { LabFolder } from './lab-state.ts';

export interface ReadyConfig {
  readonly rendered: RenderedKindConfig;
  /** Of all that only a new cluster can change. */
  readonly hash: string;
}

/** The kind configuration of a lab, made ready for kind. @throws ScenarioError. */
export async function readyConfig(path: string, folder: LabFolder, images: ImageSet): Promise<ReadyConfig> {
  const text = await readFile(path, 'utf8');
  const rendered = renderKindConfig({ path, text }, { mark: folder.mark, mounts: folder.mounts });
  const mounted = await Promise.all(rendered.copies.map(({ from }) => readFile(from, 'utf8')));
  const fixed = images.records.filter((record) => !isLoadable(record));
  const hash = contentHash([text, mounted, fixed.map(({ name, version }) => `${name} ${version}`).sort()]);
  return { rendered, hash };
}

/** A node's API server may need as long as this after a start. */
const WARM_UP_MS = 120_000;

/** Pure: for how long it is still worth waiting for an API server that does not answer, ms; 0 where it is not. */
export function warmingUpMs({ state, kube, containers }: LabInspection, nowMs: number): number {
  if (state !== 'broken' || kube !== null) return 0;
  const startedAtMs = Math.max(...containers.map((container) => container.startedAtMs));
  return Math.max(0, startedAtMs + WARM_UP_MS - nowMs);
}

/** Pure: null where the cluster can stay, else the reason why it has to be made anew. */
export function whyAnew(found: LabInspection, hash: string): string | null {
  if (found.info === null) return found.details.join(', ');
  const isDead = found.state === 'broken' && found.kube === null;
  if (isDead) return found.details.join(', ');
  if (found.deployed !== null && found.deployed.cluster !== hash) return 'its configuration or Kubernetes changed';
  return null;
}
