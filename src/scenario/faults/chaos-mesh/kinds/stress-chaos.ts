import { parseBytes } from '../../../model/bytes.ts';
import { valueAt } from '../../../yaml/source.ts';
import type { FaultProblem } from '../../shared/fault-kind.ts';
import { ABSORBED, type FaultTemplate } from '../../shared/template.ts';
import { type ChaosKind, type ChaosSpec, PLAIN } from '../spec/chaos-kind.ts';
import { isGiven, isSpec, mustBe, type Rule, wholeNumber } from '../spec/spec-values.ts';
import { chaosLines, oneOfThem } from './template-lines.ts';

export const stressChaos: ChaosKind = {
  ...PLAIN,
  problems: stressorProblems,
  unseen: unseenStress,
  templates: {
    'cpu-stress': template('cpu: { workers: 1, load: 100 }', 'starved of CPU'),
    'memory-stress': template("memory: { workers: 1, size: '64MB' }", 'short of memory'),
  },
};

const WORKERS = wholeNumber('at least 1 worker', 1);
const LOAD = wholeNumber('a load of 1 to 100 percent, for it to do anything', 1, 100);
const SHARE = /^\+?(\d{1,3})%$/;
const SIZE: Rule = {
  what: 'a size above 0 such as 256MB, or a share of 1% to 100%',
  isMet: (value) => typeof value === 'string' && (value === '' || (parseBytes(value) ?? 0) > 0 || isShare(value)),
};

function stressorProblems(spec: ChaosSpec): FaultProblem[] {
  if (isGiven(spec.stressngStressors)) return [];
  const parts = ['cpu', 'memory'].filter((part) => isGiven(valueAt(spec, ['stressors', part])));
  if (parts.length === 0)
    return [{ path: ['stressors'], message: 'expected a cpu or memory stressor with at least one worker' }];
  return [
    ...parts.flatMap((part) => mustBe(spec, ['stressors', part, 'workers'], WORKERS)),
    ...mustBe(spec, ['stressors', 'cpu', 'load'], LOAD),
    ...mustBe(spec, ['stressors', 'memory', 'size'], SIZE),
  ];
}

function isShare(text: string): boolean {
  const percent = Number(SHARE.exec(text)?.[1] ?? 0);
  return percent > 0 && percent <= 100;
}

/** Why nothing here sees a stress: what is measured is held against what was asked for. */
function unseenStress(spec: ChaosSpec): string | null {
  if (isGiven(spec.stressngStressors)) return 'nobody here knows what stressngStressors ask for, unlike stressors';
  const memory = valueAt(spec, ['stressors', 'memory']);
  if (!isSpec(memory) || (isGiven(memory.size) && !isShare(String(memory.size)))) return null;
  return 'memory can only be measured against a size in bytes, such as size: 256MB';
}

function template(stressor: string, how: string): FaultTemplate {
  return {
    title: ({ app }) => `A replica of ${app} ${how} does not hurt callers`,
    fault: (choices) =>
      chaosLines('StressChaos', [...oneOfThem(choices), 'stressors:', `  ${stressor}`, 'duration: 60s']),
    maxPods: 1,
    recovery: ABSORBED,
  };
}
