import type { PolicyCondition, PolicyStatus } from '../policy/status-schema.ts';
import type { PolicyEntry } from './policy-store.ts';

/** What is known about a policy beside its text. */
export interface PolicyFacts {
  readonly selectedPods: number;
  /** All pods of its namespaces. */
  readonly podsAround: number;
  readonly allowedNamespaces: readonly string[];
  /** Why a condition stands still. */
  readonly missing: string | undefined;
}

type Said = Omit<PolicyCondition, 'lastTransitionTime' | 'observedGeneration'>;

/** What to write on a policy; times of conditions that did not change are kept from `before`. Pure. */
export function describeStatus(
  { parsed, generation }: PolicyEntry,
  facts: PolicyFacts,
  before: PolicyStatus | undefined,
  nowMs: number,
): PolicyStatus {
  const said: Said[] = [accepted(parsed, facts), selecting(parsed.ok, facts), evaluating(parsed.ok, facts)];
  const conditions = said.map((one): PolicyCondition => {
    const old = before?.conditions?.find(({ type }) => type === one.type);
    const since = old?.status === one.status ? old.lastTransitionTime : new Date(nowMs).toISOString();
    return { ...one, lastTransitionTime: since, observedGeneration: generation };
  });
  return { observedGeneration: generation, selectedPods: facts.selectedPods, conditions };
}

function accepted(parsed: PolicyEntry['parsed'], { allowedNamespaces }: PolicyFacts): Said {
  const type = 'Accepted';
  if (!parsed.ok)
    return { type, status: 'False', reason: 'Invalid', message: parsed.problems.join('; ').slice(0, 2_000) };
  const foreign = parsed.policy.namespaces.filter((namespace) => !allowedNamespaces.includes(namespace));
  if (foreign.length === 0) return { type, status: 'True', reason: 'InForce', message: 'the policy is in force' };
  const message = `the healer may not act in ${foreign.join(', ')}; it sees and refuses there`;
  return { type, status: 'False', reason: 'NamespaceNotAllowed', message };
}

function selecting(inForce: boolean, { selectedPods, podsAround }: PolicyFacts): Said {
  const type = 'Selecting';
  if (!inForce)
    return { type, status: 'Unknown', reason: 'NotInForce', message: 'a policy not in force selects nothing' };
  if (selectedPods === 0) return { type, status: 'False', reason: 'SelectsNothing', message: 'no pod has its labels' };
  const message = `${selectedPods} of ${podsAround} pods of its namespaces`;
  const everything = selectedPods === podsAround && podsAround > 1;
  return { type, status: 'True', reason: everything ? 'SelectsEverything' : 'SelectsSome', message };
}

function evaluating(inForce: boolean, { missing }: PolicyFacts): Said {
  const type = 'Evaluating';
  if (!inForce)
    return { type, status: 'Unknown', reason: 'NotInForce', message: 'a policy not in force is not evaluated' };
  return missing === undefined
    ? { type, status: 'True', reason: 'DataComplete', message: 'every condition has its data' }
    : { type, status: 'False', reason: 'DataMissing', message: missing };
}

/** Whether there is anything new to write; a number of pods alone may wait. */
export function tellsMore(before: PolicyStatus | undefined, now: PolicyStatus): boolean {
  const worth = (status: PolicyStatus | undefined): string =>
    JSON.stringify([
      status?.observedGeneration,
      status?.conditions?.map(({ type, status: holds, reason }) => [type, holds, reason]),
    ]);
  return worth(before) !== worth(now);
}
