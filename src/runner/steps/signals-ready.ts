import { PreflightError } from '../../errors.ts';
import { formatLimit } from '../../experiment/result/wording.ts';
import { leastAlertBudgetMs } from '../../experiment/signals/alert-claims.ts';
import type { AlertingRule } from '../../ports/alert-rules.ts';
import type { RunnerPorts } from '../../ports/runner-ports.ts';
import { WORKLOAD_RULES } from '../../ports/workloads.ts';
import type { Scenario } from '../../scenario/model/scenario.ts';

type Ports = Pick<RunnerPorts, 'alertRules' | 'receiver' | 'clock' | 'kube' | 'workloads'>;

/** @throws PreflightError or MetricsError where claims about alerts or messages could not be judged anyway. */
export async function signalsReady(scenario: Scenario, ports: Ports, healer: 'on' | 'off'): Promise<void> {
  const { fireAlerts = [], silentAlerts = [], expectMessages = [] } = scenario.recovery;
  const names = [...fireAlerts.map(({ name }) => name), ...silentAlerts];
  if (names.length > 0) {
    await rulesAreCurrent(scenario, ports);
    const rules = await ports.alertRules.list();
    mustBeKnown(names, rules);
    for (const { name, withinMs } of fireAlerts) mustBeJudgeable(name, withinMs, rules);
  }
  if (expectMessages.length > 0 && healer === 'on') await receiverIsThere(ports);
}

/** What Prometheus evaluates in the lab must be what stands beside the workload now. */
async function rulesAreCurrent({ workload }: Scenario, { kube, workloads }: Ports): Promise<void> {
  const files = workload === null ? new Map<string, string>() : await workloads.rules(workload);
  if (files.size === 0) return;
  const loaded = await kube.get(WORKLOAD_RULES.ref);
  // Another Prometheus than the lab's gets its rules in its own way.
  if (loaded === null) return;
  const texts = (loaded.data ?? {}) as Readonly<Record<string, string>>;
  const changed = [...files].filter(([file, text]) => texts[WORKLOAD_RULES.keyOf(workload ?? '', file)] !== text);
  if (changed.length === 0) return;
  throw new PreflightError(
    `the lab evaluates other rules than ${changed.map(([file]) => file).join(', ')} of ${workload}`,
    {
      hint: 'Load them: healproof up',
    },
  );
}

function mustBeKnown(names: readonly string[], rules: readonly AlertingRule[]): void {
  const known = [...new Set(rules.map(({ name }) => name))].sort();
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  const list = known.length === 0 ? 'it has none' : `it has ${known.join(', ')}`;
  throw new PreflightError(`Prometheus has no alert ${unknown.join(', ')}; ${list}`, {
    hint: 'Rules of a workload stand in workloads/NAME/rules and are loaded by `healproof up`.',
  });
}

function mustBeJudgeable(name: string, withinMs: number, rules: readonly AlertingRule[]): void {
  const own = rules.filter((rule) => rule.name === name);
  const intervalMs = Math.max(0, ...own.map((rule) => rule.intervalMs));
  const forMs = Math.min(...own.map((rule) => rule.forMs));
  if (forMs > withinMs)
    throw new PreflightError(
      `alert ${name} fires after ${formatLimit(forMs)} at the earliest, got within ${formatLimit(withinMs)}`,
    );
  const leastMs = leastAlertBudgetMs(intervalMs);
  if (withinMs >= leastMs) return;
  const [least, interval, got] = [leastMs, intervalMs, withinMs].map(formatLimit);
  throw new PreflightError(
    `alert ${name} is evaluated every ${interval}: expected within to be at least ${least}, got ${got}`,
    { hint: 'Give the group of the rule a shorter interval, or the alert more time.' },
  );
}

async function receiverIsThere({ receiver, clock }: Ports): Promise<void> {
  if (receiver === null) {
    throw new PreflightError('messages are expected, and no receiver is known that would take them', {
      hint: 'Name one: receiver.url in healproof.yaml.',
    });
  }
  await receiver.since(clock.now());
}
