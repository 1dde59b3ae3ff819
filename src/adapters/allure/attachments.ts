import { join } from 'node:path';
import type { RuntimeMessage } from 'allure-js-commons/sdk';
import type { ShownFolder } from './shown-folder.ts';

interface Shown {
  readonly name: string;
  readonly contentType: string;
}

/** Files of a run folder worth a reader's time besides its pictures, in the order in which they are shown. */
const SHOWN: Readonly<Record<string, Shown>> = {
  'decisions.md': { name: 'Decisions of the healer', contentType: 'text/markdown' },
  'manifests/fault-authored.yaml': { name: 'Fault as written', contentType: 'text/yaml' },
  'manifests/fault-injected.yaml': { name: 'Fault as injected', contentType: 'text/yaml' },
  'manifests/scenario.yaml': { name: 'Scenario', contentType: 'text/yaml' },
  'events.jsonl': { name: 'Events from every source', contentType: 'text/plain' },
  'samples.jsonl': { name: 'Samples', contentType: 'text/plain' },
  'logs/healer.log': { name: 'Log of the healer', contentType: 'text/plain' },
  'journal.jsonl': { name: 'Journal', contentType: 'text/plain' },
  'run.json': { name: 'run.json', contentType: 'application/json' },
};

/** Attaches what the folder holds, by path: nothing large goes through the worker's channel. */
export function attachmentMessages({ dir, paths, pictures }: ShownFolder): RuntimeMessage[] {
  const held = new Set([...paths, 'run.json']);
  const drawn = pictures.map(({ name, path }) => ({ name, path, contentType: 'image/svg+xml' }));
  const shown = Object.entries(SHOWN).flatMap(([path, each]) => (held.has(path) ? [{ path, ...each }] : []));
  return [...drawn, ...shown].map(({ name, path, contentType }) => ({
    type: 'attachment_path',
    data: { name, path: join(dir, path), contentType, fileExtension: extensionOf(path), wrapInStep: false },
  }));
}

/** Allure shows text by its ending; JSON lines are text to it. */
function extensionOf(path: string): string {
  const extension = path.slice(path.lastIndexOf('.'));
  return extension === '.jsonl' ? '.txt' : extension;
}
