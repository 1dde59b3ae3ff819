import { parseDocument } from 'yaml';
import type { z } from 'zod';
import { type Policy, PolicyFile } from './schema.ts';

export type ParsedPolicies =
  | { readonly ok: true; readonly policies: readonly Policy[] }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Text of `policies.yaml` to policies, or every problem in it as a sentence. `ownNamespace` is where the healer itself lives. */
export function parsePolicies(text: string, ownNamespace: string): ParsedPolicies {
  const document = parseDocument(text);
  const broken = [...document.errors, ...document.warnings].map((problem) => problem.message.split('\n')[0] ?? '');
  if (broken.length > 0) return { ok: false, problems: broken };
  const parsed = PolicyFile.safeParse(toPlain(document));
  if (!parsed.success) return { ok: false, problems: parsed.error.issues.map(describeIssue) };
  const { policies } = parsed.data;
  const problems = policies.flatMap((policy, index) =>
    policy.namespace === ownNamespace
      ? [`policies[${index}].namespace: the healer never acts on its own namespace`]
      : [],
  );
  return problems.length > 0 ? { ok: false, problems } : { ok: true, policies };
}

function toPlain(document: ReturnType<typeof parseDocument>): unknown {
  try {
    return document.toJS();
  } catch (error) {
    // An alias without an anchor is only found here.
    if (error instanceof ReferenceError) return error.message;
    throw error;
  }
}

function describeIssue(issue: z.core.$ZodIssue): string {
  const path = issue.path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  return `${path.replace(/^\./, '') || 'policies.yaml'}: ${issue.message}`;
}
