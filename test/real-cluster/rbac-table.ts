/** A manifest of RBAC, as far as rights are read from it. */
export interface RbacObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly rules?: readonly {
    readonly apiGroups: readonly string[];
    readonly resources: readonly string[];
    readonly verbs: readonly string[];
    readonly resourceNames?: readonly string[];
  }[];
  readonly roleRef?: { readonly kind: string; readonly name: string };
  readonly subjects?: readonly { readonly kind: string; readonly name: string; readonly namespace?: string }[];
}

/**
 * Every single right that manifests give a service account, as `scope group/resource[name] verb`; `*` is the scope of the
 * whole cluster. A role that is not among the manifests, and a subject of another kind, are errors: nothing may hide there.
 */
export function rightsOf(account: string, objects: readonly RbacObject[]): string[] {
  const bindings = objects.filter(
    ({ kind, subjects }) =>
      kind.endsWith('Binding') && subjects?.some((each) => `${each.namespace}/${each.name}` === account),
  );
  return [...new Set(bindings.flatMap((binding) => rightsByBinding(binding, objects)))].sort();
}

function rightsByBinding(binding: RbacObject, objects: readonly RbacObject[]): string[] {
  const scope = binding.kind === 'ClusterRoleBinding' ? '*' : (binding.metadata.namespace ?? '');
  const role = objects.find(
    ({ kind, metadata }) =>
      kind === binding.roleRef?.kind &&
      metadata.name === binding.roleRef.name &&
      (kind === 'ClusterRole' || metadata.namespace === binding.metadata.namespace),
  );
  if (role === undefined) throw new Error(`${binding.metadata.name} binds a role that is not among the manifests`);
  if (binding.subjects?.some(({ kind }) => kind !== 'ServiceAccount'))
    throw new Error('a binding to more than accounts');
  return (role.rules ?? []).flatMap(({ apiGroups, resources, verbs, resourceNames = [''] }) =>
    apiGroups.flatMap((group) =>
      resources.flatMap((resource) =>
        resourceNames.flatMap((name) =>
          verbs.map((verb) => `${scope} ${group}/${resource}${name === '' ? '' : `[${name}]`} ${verb}`),
        ),
      ),
    ),
  );
}

/** Whether one of the rights covers another: the same, in the whole cluster, or without a name. */
export function covers(rights: readonly string[], wanted: string): boolean {
  const [, what = '', verb = ''] = wanted.split(' ');
  const unnamed = wanted.replace(/\[.*\]/, '');
  const everywhere = `* ${what.replace(/\[.*\]/, '')} ${verb}`;
  return [wanted, unnamed, everywhere].some((right) => rights.includes(right));
}
