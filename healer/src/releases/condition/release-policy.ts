import type { HelmRules } from '../../policy/helm-conditions.ts';
import type { Policy } from '../../policy/schema.ts';
import type { ReleaseRevision } from '../secrets/release.ts';

/** What the release part needs of a policy. */
export interface ReleasePolicy
  extends Pick<Policy, 'name' | 'namespaces' | 'selector' | 'mode' | 'paused' | 'windows' | 'blockingAlerts'> {
  readonly helm: HelmRules;
  readonly limits: {
    readonly cooldownMs: number;
    readonly budget: { readonly actions: number; readonly perMs: number };
    readonly verifyWithinMs: number;
  };
}

/** A policy is about a release when it selects the pods of one of its workloads. */
export function isAbout({ namespaces, selector }: ReleasePolicy, { workloads }: ReleaseRevision): boolean {
  return workloads.some(
    ({ namespace, labels }) =>
      namespaces.includes(namespace) && Object.entries(selector).every(([key, value]) => labels[key] === value),
  );
}

/** The policies in force that ask for releases to be looked after. */
export interface ReleasePolicies {
  releasePolicies(): readonly ReleasePolicy[];
}
