import { stringify } from 'yaml';
import { takeApart } from '../../experiment/evidence/raw-evidence.ts';
import type { RunRecord } from '../../experiment/run-record/run-record.ts';
import { decisionsMarkdown } from './decisions.ts';

/** The raw evidence: from these three files alone a verdict can be computed again. */
export const RAW_FILES = { frame: 'frame.json', samples: 'samples.jsonl', events: 'events.jsonl' } as const;

function lines(values: readonly unknown[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join('');
}

function yaml(value: unknown): string {
  return stringify(value, { lineWidth: 0 });
}

/** The raw evidence line by line, and what is read more easily than `run.json`; path to content. */
export function evidenceFiles(record: RunRecord): Map<string, string> {
  const { evidence, manifests, healerLog } = record;
  const { frame, samples, events } = takeApart(evidence);
  const files = new Map([
    [RAW_FILES.frame, `${JSON.stringify(frame, null, 2)}\n`],
    [RAW_FILES.samples, lines(samples)],
    [RAW_FILES.events, lines(events)],
    ['manifests/scenario.yaml', yaml(evidence.scenario)],
    ['decisions.md', decisionsMarkdown(record)],
    ['logs/healer.log', healerLog.map((line) => `${line}\n`).join('')],
  ]);
  if (manifests !== null) {
    files.set('manifests/fault-authored.yaml', yaml(manifests.authored));
    files.set('manifests/fault-injected.yaml', yaml(manifests.injected));
  }
  return files;
}
