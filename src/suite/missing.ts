import type { RunRecord } from '../experiment/run-record/run-record.ts';
import type { Scenario } from '../scenario/model/scenario.ts';
import { repetitionsOf } from './planned-repetition.ts';
import type { SuiteFile } from './suite-file.ts';

/** What was asked for and was not made, in sentences: scenarios without a record, controls without one or skipped. */
export function missing(
  suite: Pick<SuiteFile, 'scenarios' | 'healer' | 'repeat'>,
  records: readonly RunRecord[],
): string[] {
  const recorded = new Set(records.map((record) => labelOf(record.evidence.scenario, record.control !== undefined)));
  const wanted = suite.scenarios.flatMap((scenario) =>
    repetitionsOf(scenario, suite).map(({ control }) => labelOf(scenario, control !== null)),
  );
  const unrecorded = [...new Set(wanted)].filter((label) => !recorded.has(label));
  return [...unrecorded.map((label) => `${label} left no record`), ...lostControls(records)];
}

/** What could be run with the healer can be run without: a control that was skipped all the same would be missed. */
function lostControls(records: readonly RunRecord[]): string[] {
  const claims = records.filter(({ control, skippedBecause }) => control === undefined && skippedBecause === null);
  const ran = new Set(claims.map(({ evidence }) => evidence.scenario.name));
  return records.flatMap(({ control, skippedBecause, evidence: { scenario } }) => {
    const isLost = control !== undefined && skippedBecause !== null && ran.has(scenario.name);
    return isLost ? [`${labelOf(scenario, true)} was skipped: ${skippedBecause}`] : [];
  });
}

function labelOf({ name }: Scenario, isControl: boolean): string {
  return isControl ? `the control of ${name}` : name;
}
