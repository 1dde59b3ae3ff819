import { type FaultChoices, indent } from '../../shared/template.ts';

export function chaosLines(kind: string, spec: readonly string[]): readonly string[] {
  return ['chaosMesh:', `  kind: ${kind}`, '  spec:', ...indent(2, spec)];
}

export function oneOfThem({ namespace, app }: FaultChoices): readonly string[] {
  return ['mode: one', 'selector:', `  namespaces: [${namespace}]`, `  labelSelectors: { app: ${app} }`];
}
