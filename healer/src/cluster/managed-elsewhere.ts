interface Marked {
  readonly labels?: Readonly<Record<string, string>> | null | undefined;
  readonly annotations?: Readonly<Record<string, string>> | null | undefined;
}

/** Marks that GitOps controllers leave on what they keep; they would undo what the healer does, again and again. */
const MARKS: readonly { readonly manager: string; readonly key: RegExp }[] = [
  { manager: 'Flux', key: /^(?:helm|kustomize)\.toolkit\.fluxcd\.io\/name$/ },
  { manager: 'Argo CD', key: /^argocd\.argoproj\.io\/(?:tracking-id|instance)$/ },
];

/** Who else keeps an object as it should be; undefined when nobody says so. */
export function managerOf({ labels, annotations }: Marked): string | undefined {
  const keys = [...Object.keys(labels ?? {}), ...Object.keys(annotations ?? {})];
  return MARKS.find(({ key }) => keys.some((each) => key.test(each)))?.manager;
}
