import type { HealerRecord } from '../../../healer/src/names.ts';
import type { ExpectedRefusal } from '../../scenario/model/scenario.ts';
import type { Evidence } from '../evidence/evidence.ts';
import type { Findings } from './absence.ts';
import type { HealingWindow } from './attribution.ts';
import { labelLikeness, labelText } from './label-likeness.ts';

/**
 * Claims that the healer wanted to act and refused for a certain reason. Only its own record can tell: what was not done
 * is in no audit log. A healer that never noticed has refused nothing.
 */
export function refusalFindings(evidence: Evidence, window: HealingWindow): Findings {
  const parts = (evidence.scenario.recovery.expectRefusals ?? []).map((expected) => sought(evidence, expected, window));
  return { refuted: parts.flatMap((part) => part.refuted), unknown: parts.flatMap((part) => part.unknown) };
}

function sought(evidence: Evidence, expected: ExpectedRefusal, window: HealingWindow): Findings {
  const refused = evidence.watch.records.filter(
    (record) => record.stage === 'refused' && record.refusal === expected.reason && isIn(record, window),
  );
  const labelsOf = (uid: string) => evidence.injection?.targets.find((target) => target.uid === uid)?.labels ?? null;
  const likenesses = refused.map(({ target }) => labelLikeness(labelsOf(target.uid), target.app, expected.target));
  if (likenesses.includes('yes')) return { refuted: [], unknown: [] };
  const what = `refusal ${expected.reason} on ${labelText(expected.target)}`;
  if (likenesses.includes('maybe')) return open(`${what}: the healer's record does not tell these labels`);
  const { aliveThroughout, detail } = evidence.watch;
  if (!aliveThroughout) return open(`${what} was not seen, but the healer was not seen alive throughout: ${detail}`);
  return { refuted: [{ code: 'ACTION_MISSING', message: `${what} did not happen` }], unknown: [] };
}

function open(message: string): Findings {
  return { refuted: [], unknown: [{ code: 'WATCHER_ABSENT', message }] };
}

function isIn({ recordedAtMs }: HealerRecord, { fromMs, toMs }: HealingWindow): boolean {
  return recordedAtMs >= fromMs && recordedAtMs <= toMs;
}
