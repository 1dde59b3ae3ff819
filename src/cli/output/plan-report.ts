import { counted } from '../../counted.ts';
import { toleranceText } from '../../experiment/probes/tolerance-check.ts';
import { formatLimit } from '../../experiment/result/wording.ts';
import type { PlannedPod, ScenarioPlan } from '../../runner/plan/plan-scenario.ts';
import { repeatWords } from './repeat-words.ts';

/** What one scenario would do, as text. */
export function planText(plan: ScenarioPlan): string {
  const { scenario, file, namespaces, recovery, skippedBecause, refusals } = plan;
  const lines = [
    `${scenario}  ${file}`,
    ...field('cluster', clusterWords(plan)),
    ...field(
      'parameters',
      Object.entries(plan.params)
        .map(([name, value]) => `${name}=${value}`)
        .join('\n'),
    ),
    ...field('runs', plan.repeat === null ? '' : repeatWords(plan.repeat)),
    ...field('fault', faultWords(plan)),
    ...field('hits', podWords(plan.targets)),
    ...field('changes', plan.changes.join('\n')),
    ...field('other side', podWords(plan.peers)),
    ...field('blast radius', radiusWords(plan)),
    ...field('makes', namespaces.map((name) => `namespace ${name}, removed afterwards`).join('\n')),
    ...field('aborts when', abortWords(plan)),
    ...field(
      'recovery',
      `within ${formatLimit(recovery.withinMs)}, stable for ${formatLimit(recovery.stableForMs)}, by ${recovery.by}`,
    ),
    ...field('alerts', alertWords(plan)),
    ...field('messages', messageWords(plan)),
    ...field('evictions', evictionWords(plan)),
    ...field('judge', judgeWords(plan)),
    ...field('seed', seedWords(plan)),
    ...(skippedBecause === null ? [] : [`  SKIPPED       ${skippedBecause}`]),
    ...refusals.map((refusal) => `  REFUSED       ${refusal}`),
  ];
  return `${lines.join('\n')}\n`;
}

const WIDTH = 14;

function judgeWords({ cluster, judgeNodes }: ScenarioPlan): string {
  if (cluster === 'fresh') return 'nodes that its kind configuration labels, which no fault may hit';
  if (judgeNodes.length === 0) return 'no node is set apart for it';
  return `${judgeNodes.join(', ')}, which no fault may hit`;
}

function clusterWords({ cluster }: ScenarioPlan): string {
  if (cluster !== 'fresh') return '';
  return 'one of its own, made for the run and removed afterwards';
}

function field(name: string, text: string): string[] {
  if (text === '') return [];
  return text.split('\n').map((line, index) => `  ${(index === 0 ? name : '').padEnd(WIDTH)}${line}`);
}

function faultWords({ fault }: ScenarioPlan): string {
  if (fault.type === 'none') return 'none: a control run';
  const what = fault.kind ?? fault.type;
  return fault.durationMs === null ? `${what}, once` : `${what} for at most ${formatLimit(fault.durationMs)}`;
}

function podWords(pods: readonly PlannedPod[]): string {
  return pods
    .map(
      ({ namespace, name, node }) =>
        `${namespace}/${name} ${node === null ? 'wherever it is scheduled' : `on ${node}`}`,
    )
    .join('\n');
}

function radiusWords({ touched, blastRadius }: ScenarioPlan): string {
  const { namespaces, maxPods, maxNodes } = blastRadius;
  return `touches ${touched} of at most ${counted(maxPods, 'pod')}, in ${namespaces.join(', ')}; at most ${counted(maxNodes, 'node')}`;
}

function abortWords({ abortWhen }: ScenarioPlan): string {
  if (abortWhen.length === 0) return 'nothing is watched besides the run itself';
  return abortWhen
    .map(
      ({ query, condition, forMs }) => `${query} ${toleranceText(condition)} for ${formatLimit(forMs)}, or has no data`,
    )
    .join('\n');
}

function alertWords({ recovery: { fireAlerts = [], silentAlerts = [] } }: ScenarioPlan): string {
  return [
    ...fireAlerts.map(({ name, withinMs }) => `${name} must fire within ${formatLimit(withinMs)}`),
    ...silentAlerts.map((name) => `${name} must not fire`),
  ].join('\n');
}

function messageWords({ recovery: { expectMessages = [] } }: ScenarioPlan): string {
  return expectMessages
    .map(
      ({ channel, about, transitions, max }) => `${channel} about ${about}: ${transitions.join(', ')}; at most ${max}`,
    )
    .join('\n');
}

function evictionWords({ disruptionBudgets, targets }: ScenarioPlan): string {
  if (targets.length === 0) return '';
  if (disruptionBudgets.length === 0) return 'no PodDisruptionBudget covers a target';
  return disruptionBudgets
    .map(({ namespace, name, effect }) => `PodDisruptionBudget ${namespace}/${name} ${effect}`)
    .join('\n');
}

function seedWords({ seed, targets }: ScenarioPlan): string {
  const isOpen = targets.some(({ node }) => node === null);
  return isOpen
    ? `${seed}; it draws among the pods that the run will make, so their names show only then`
    : String(seed);
}
