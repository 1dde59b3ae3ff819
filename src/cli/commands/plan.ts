import { composeRunner, composeWithoutCluster } from '../../compose/compose.ts';
import { ScenarioError } from '../../errors.ts';
import { planScenario, type ScenarioPlan } from '../../runner/plan/plan-scenario.ts';
import { repeatOf } from '../../suite/repeats.ts';
import { newSeed } from '../../suite/run-id.ts';
import { jsonText } from '../output/json.ts';
import { planText } from '../output/plan-report.ts';
import { openClusters } from '../workbench/cluster.ts';
import { chooseScenarios, type Selection } from '../workbench/selection.ts';
import type { Workbench } from '../workbench/workbench.ts';

export interface PlanOptions extends Selection {
  readonly seed: number | null;
  /** How often every scenario is to be run; null: as often as it says itself. */
  readonly repeat: number | null;
  readonly format: string | null;
}

/** Says what a run would do, and does none of it: 0 when every scenario would run, 3 when one would be refused or skipped. */
export async function plan(bench: Workbench, options: PlanOptions): Promise<number> {
  const { scenarios, issues } = await chooseScenarios(bench.config, options);
  if (issues.length > 0) throw new ScenarioError(issues);
  const { shared } = await openClusters(bench, scenarios);
  const ports = shared === null ? composeWithoutCluster(bench.config) : composeRunner(shared);
  const plans: ScenarioPlan[] = [];
  for (const scenario of scenarios) {
    const repeated = { ...scenario, repeat: repeatOf(scenario, options.repeat) };
    plans.push(await planScenario(repeated, ports, options.seed ?? newSeed()));
  }
  const isFine = plans.every(({ refusals, skippedBecause }) => refusals.length === 0 && skippedBecause === null);
  process.stdout.write(options.format === 'json' ? jsonText('Plan', { plans }) : plans.map(planText).join('\n'));
  return isFine ? 0 : 3;
}
