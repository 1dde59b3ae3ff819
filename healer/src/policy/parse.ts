import type { z } from 'zod';
import { ClusterHealingPolicySpec, FORBIDDEN_NAMESPACES, HealingPolicySpec, type Policy } from './schema.ts';

export type PolicyKind = 'HealingPolicy' | 'ClusterHealingPolicy';

/** A policy as the API server has it. */
export interface PolicyObject {
  metadata?: { name?: string; namespace?: string; uid?: string; resourceVersion?: string; generation?: number };
  spec?: unknown;
}

export type ParsedPolicy =
  | { readonly ok: true; readonly policy: Policy }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Name of a policy in records, metrics and limits: unique over both kinds. */
export function policyName({ metadata }: PolicyObject): string {
  return metadata?.namespace === undefined ? (metadata?.name ?? '') : `${metadata.namespace}/${metadata.name}`;
}

/**
 * An object to a policy, or every problem in it as a sentence. Most of it was checked by the API server already; what
 * it cannot know, such as where the healer itself lives (`ownNamespace`), is checked here.
 */
export function parsePolicy(kind: PolicyKind, object: PolicyObject, ownNamespace: string): ParsedPolicy {
  const own = object.metadata?.namespace ?? '';
  const parsed =
    kind === 'HealingPolicy'
      ? HealingPolicySpec.transform((spec) => ({ ...spec, namespaces: [own] })).safeParse(object.spec)
      : ClusterHealingPolicySpec.safeParse(object.spec);
  if (!parsed.success) return { ok: false, problems: parsed.error.issues.map(describeIssue) };
  const { selector, windows = [], blockingAlerts = [], paused, helm, ...rest } = parsed.data;
  const problems = rest.namespaces.flatMap((namespace) => whyNever(namespace, ownNamespace));
  if (problems.length > 0) return { ok: false, problems };
  const name = policyName(object);
  return { ok: true, policy: { ...rest, name, selector: selector.matchLabels, windows, blockingAlerts, paused, helm } };
}

function whyNever(namespace: string, ownNamespace: string): string[] {
  if (namespace === ownNamespace) return [`the healer never acts on its own namespace ${namespace}`];
  const forbidden = FORBIDDEN_NAMESPACES.some((each) => each === namespace);
  return forbidden ? [`the healer never acts in ${namespace}`] : [];
}

function describeIssue(issue: z.core.$ZodIssue): string {
  const path = issue.path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  return `spec${path}: ${issue.message}`;
}
