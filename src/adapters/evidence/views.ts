import { stringify } from 'yaml';
import type { Evidence } from '../../experiment/evidence.ts';
import type { RunRecord } from '../../ports/reporter.ts';
import { decisionsMarkdown } from './decisions.ts';

function lines(values: readonly unknown[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join('');
}

function sampleLines({ probes }: Evidence): string {
  return lines(
    probes.flatMap(({ probe, stepMs, samples }) => samples.map((sample) => ({ probe: probe.name, stepMs, ...sample }))),
  );
}

/** What everybody said, in the order of time: injector, witness, sightings, healer, audit log, guards. */
function eventLines({ injection, watch, audit, trips }: Evidence): string {
  const told = [
    ...(injection?.events ?? []).map((event) => ({ source: 'injector', ...event })),
    ...(injection?.baseline ?? []).map((reading) => ({ source: 'witness-before', ...reading })),
    ...(injection?.readings ?? []).map((reading) => ({ source: 'witness', ...reading })),
    ...(injection?.sightings ?? []).map((sighting) => ({ source: 'fault-object', ...sighting })),
    ...watch.records.map((record) => ({ atMs: record.recordedAtMs, source: 'healer', ...record })),
    ...audit.entries.map((entry) => ({ source: 'audit-log', ...entry })),
    ...trips.map((trip) => ({ source: 'guard', ...trip })),
  ];
  return lines(told.toSorted((a, b) => a.atMs - b.atMs));
}

function yaml(value: unknown): string {
  return stringify(value, { lineWidth: 0 });
}

/** The files of a run folder that are read more easily than `run.json`; path to content. */
export function evidenceFiles(record: RunRecord): Map<string, string> {
  const { evidence, manifests, healerLog } = record;
  const files = new Map([
    ['samples.jsonl', sampleLines(evidence)],
    ['events.jsonl', eventLines(evidence)],
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
