import { FORBIDDEN_NAMESPACES } from '../policy/schema.ts';
import type { Guard } from './guard.ts';

const RETRY_MS = 60_000;

/** Only namespaces on the allow-list, never the cluster's own and never the healer's. */
export const namespaceNotAllowed: Guard = {
  refusal: 'NamespaceNotAllowed',
  check({ policy, target, allowedNamespaces, ownNamespace }) {
    const namespace = target?.namespace ?? policy.namespaces[0] ?? '';
    const forbidden = [...FORBIDDEN_NAMESPACES, ownNamespace].includes(namespace);
    if (!forbidden && allowedNamespaces.includes(namespace)) return undefined;
    return { reason: `namespace ${namespace} is not one the healer may act in`, retryAfterMs: RETRY_MS };
  },
};
