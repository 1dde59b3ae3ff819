import { BlockList } from 'node:net';

interface Selector {
  readonly matchLabels?: Readonly<Record<string, string>>;
}

interface Peer {
  readonly namespaceSelector?: Selector;
  readonly podSelector?: Selector;
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] };
}

interface Rule {
  readonly ports?: readonly { readonly port: number | string; readonly protocol?: string }[];
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
}

/** A NetworkPolicy, as far as charts write it. */
export interface NetworkPolicy {
  readonly metadata: { readonly namespace?: string };
  readonly spec: {
    readonly podSelector: Selector;
    readonly policyTypes: readonly string[];
    readonly ingress?: readonly Rule[];
    readonly egress?: readonly Rule[];
  };
}

/** The other end of a connection: a pod in a namespace, or an address outside the cluster. */
export type End =
  | {
      readonly pod: Readonly<Record<string, string>>;
      readonly namespace: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
    }
  | { readonly address: string };

export interface Attempt {
  readonly direction: 'ingress' | 'egress';
  readonly end: End;
  /** Number, or the name that the pod of the policy gives it. */
  readonly port: number | string;
  readonly protocol?: 'TCP' | 'UDP';
}

/**
 * Whether a policy that selects the pod lets a connection through, by the rules of networking.k8s.io/v1: what no rule
 * allows is not allowed, a rule without ports or peers means all of them, selectors within one peer hold together.
 */
export function allows(policy: NetworkPolicy, { direction, end, port, protocol = 'TCP' }: Attempt): boolean {
  const type = direction === 'ingress' ? 'Ingress' : 'Egress';
  if (!policy.spec.policyTypes.includes(type)) return true;
  return (policy.spec[direction] ?? []).some((rule) => {
    const peers = direction === 'ingress' ? rule.from : rule.to;
    const fits = rule.ports?.some((each) => each.port === port && (each.protocol ?? 'TCP') === protocol) ?? true;
    const open = peers === undefined || peers.length === 0;
    return fits && (open || peers.some((peer) => isPeer(peer, end, policy.metadata.namespace)));
  });
}

function isPeer(
  { namespaceSelector, podSelector, ipBlock }: Peer,
  end: End,
  ownNamespace: string | undefined,
): boolean {
  if (ipBlock !== undefined) return 'address' in end && isIn(ipBlock, end.address);
  if ('address' in end) return false;
  const { name, labels } = end.namespace;
  const place =
    namespaceSelector === undefined
      ? name === ownNamespace
      : matches(namespaceSelector, { 'kubernetes.io/metadata.name': name, ...labels });
  return place && (podSelector === undefined || matches(podSelector, end.pod));
}

/** Expressions are not read: rather an error than a wrong answer. */
function matches(selector: Selector, labels: Readonly<Record<string, string>>): boolean {
  if ('matchExpressions' in selector) throw new Error('selectors with matchExpressions cannot be judged here');
  return Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
}

function isIn({ cidr, except = [] }: { cidr: string; except?: readonly string[] }, address: string): boolean {
  return within(cidr, address) && !except.some((each) => within(each, address));
}

function within(cidr: string, address: string): boolean {
  const [network = '', prefix = '32'] = cidr.split('/');
  const list = new BlockList();
  list.addSubnet(network, Number(prefix));
  return list.check(address);
}
