import type { HealerRecord } from '../../../healer/src/names.ts';
import type { RunRecord } from '../../experiment/run-record/run-record.ts';

/** What the healer decided, did and refused, in the order of time, as Markdown. Empty where it was not heard. */
export function decisionsMarkdown({ evidence }: RunRecord): string {
  const { records, aliveThroughout, detail } = evidence.watch;
  const originMs = evidence.injection?.requestedAtMs ?? evidence.observedFromMs;
  const rows = records
    .toSorted((a, b) => a.recordedAtMs - b.recordedAtMs)
    .map((record) => `| ${cellsOf(record, originMs).map(escapeCell).join(' | ')} |`);
  const presence = aliveThroughout ? 'The healer was there throughout' : 'The healer was not there throughout';
  return [
    `${presence}: ${detail}.`,
    '',
    ...(rows.length === 0
      ? ['It recorded no decision.']
      : [
          '| seconds since the injection | stage | target | action | because |',
          '| ---: | --- | --- | --- | --- |',
          ...rows,
        ]),
    '',
  ].join('\n');
}

function cellsOf(record: HealerRecord, originMs: number): string[] {
  const { stage, target, action, refusal, reason, condition } = record;
  const atMs = momentOf(record);
  return [
    ((atMs - originMs) / 1000).toFixed(2),
    refusal === undefined ? stage : `${stage} (${refusal})`,
    `${target.kind} ${target.namespace}/${target.name}`,
    action ?? '',
    `${condition}: ${reason}`,
  ];
}

/** When it happened, where the healer says so; else when it was written down. */
function momentOf({ stage, detectedAtMs, decidedAtMs, actedAtMs, recordedAtMs }: HealerRecord): number {
  if (stage === 'detected') return detectedAtMs;
  if (stage === 'acted') return actedAtMs ?? recordedAtMs;
  if (stage === 'refused' || stage === 'failed') return decidedAtMs ?? recordedAtMs;
  return recordedAtMs;
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
