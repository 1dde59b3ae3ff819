import { valueAt } from '../../yaml/source.ts';
import type { FaultProblem } from '../shared/fault-kind.ts';
import { ABSORBED, type FaultTemplate } from '../shared/template.ts';
import { type ChaosKind, type ChaosSpec, PLAIN } from './chaos-kind.ts';
import { chaosLines, oneOfThem } from './template-lines.ts';

export const stressChaos: ChaosKind = {
  ...PLAIN,
  problems: stressorProblems,
  templates: {
    'cpu-stress': template('cpu: { workers: 1, load: 100 }', 'starved of CPU'),
    'memory-stress': template("memory: { workers: 1, size: '64MB' }", 'short of memory'),
  },
};

function stressorProblems(spec: ChaosSpec): FaultProblem[] {
  const hasProgram = typeof spec.stressngStressors === 'string' && spec.stressngStressors !== '';
  const hasWorkers = ['cpu', 'memory'].some((part) => Number(valueAt(spec, ['stressors', part, 'workers'])) > 0);
  if (hasProgram || hasWorkers) return [];
  return [{ path: ['stressors'], message: 'expected a cpu or memory stressor with at least one worker' }];
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
