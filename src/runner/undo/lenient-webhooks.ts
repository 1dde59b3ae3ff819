import { GROUP } from '../../../healer/src/names.ts';
import type { KubeObject, KubeRef } from '../../ports/kube.ts';
import type { UndoTarget } from '../../ports/undo-target.ts';
import { waitUntil } from '../waiting/wait-until.ts';
import type { ReplayOptions } from './replay-options.ts';

const API = 'admissionregistration.k8s.io/v1';
const KINDS = ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'];
/** On a configuration whose webhooks were made optional; the annotation of the same name lists which. */
const LENIENT = `${GROUP}/lenient`;
/** The API server hears of a changed webhook within moments, not at once. */
const EFFECT_TIMEOUT_MS = 20_000;

interface Webhook {
  readonly name: string;
  readonly failurePolicy?: string;
  readonly rules?: readonly { readonly apiGroups?: readonly string[] }[];
}

/**
 * Chaos Mesh lets no change of its objects pass unless its controllers have looked at it: with them gone a fault cannot
 * even be let go. Does `work` while their look is optional, then makes it a must again. What was changed is written on
 * the configurations themselves, so that `restoreWebhooks` finds it should this be cut short.
 */
export async function withLenientWebhooks(work: () => Promise<void>, options: ReplayOptions): Promise<void> {
  const { target, clock, signal } = options;
  try {
    for (const configuration of await configurations(target)) await soften(configuration, target);
    await waitUntil(async () => ({ done: true, value: await work() }), {
      clock,
      what: 'the API server to do without the webhooks of Chaos Mesh',
      timeoutMs: EFFECT_TIMEOUT_MS,
      everyMs: 250,
      signal,
    });
  } finally {
    await restoreWebhooks(target);
  }
}

/** Makes every webhook a must again that was made optional; nothing to do is the rule. */
export async function restoreWebhooks(target: UndoTarget): Promise<void> {
  for (const configuration of await configurations(target, LENIENT)) {
    const names = JSON.parse(configuration.metadata.annotations?.[LENIENT] ?? '[]') as readonly string[];
    await change(configuration, target, null, (webhook) =>
      names.includes(webhook.name) ? { ...webhook, failurePolicy: 'Fail' } : webhook,
    );
  }
}

async function configurations(target: UndoTarget, labelSelector?: string): Promise<KubeObject[]> {
  const query = labelSelector === undefined ? {} : { labelSelector };
  const lists = await Promise.all(KINDS.map((kind) => target.list({ apiVersion: API, kind, ...query })));
  return lists.flat();
}

async function soften(configuration: KubeObject, target: UndoTarget): Promise<void> {
  const strict = webhooksOf(configuration)
    .filter(isStrict)
    .map((webhook) => webhook.name);
  if (strict.length === 0) return;
  await change(configuration, target, strict, (webhook) =>
    isStrict(webhook) ? { ...webhook, failurePolicy: 'Ignore' } : webhook,
  );
}

/** The version in the patch keeps it from undoing what somebody else changed meanwhile. */
async function change(
  configuration: KubeObject,
  target: UndoTarget,
  softened: readonly string[] | null,
  each: (webhook: Webhook) => Webhook,
): Promise<void> {
  const { name, resourceVersion } = configuration.metadata;
  const ref: KubeRef = { apiVersion: API, kind: configuration.kind, name };
  const labels = { [LENIENT]: softened === null ? null : 'true' };
  const annotations = { [LENIENT]: softened === null ? null : JSON.stringify(softened) };
  const webhooks = webhooksOf(configuration).map(each);
  await target.patch(ref, { metadata: { resourceVersion, labels, annotations }, webhooks });
}

function isStrict(webhook: Webhook): boolean {
  const isChaosMesh = (webhook.rules ?? []).some((rule) => rule.apiGroups?.includes('chaos-mesh.org') === true);
  return isChaosMesh && webhook.failurePolicy !== 'Ignore';
}

function webhooksOf(configuration: KubeObject): readonly Webhook[] {
  return (configuration.webhooks ?? []) as readonly Webhook[];
}
