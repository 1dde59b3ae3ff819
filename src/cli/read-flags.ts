import { HEALER_STATES } from './flags.ts';
import { SCAFFOLD_FAULTS } from './scaffold/fault-names.ts';
import type { ScaffoldChoices } from './scaffold/scaffold.ts';
import { type Flags, textOf } from './wiring.ts';
import { givenParams } from './workbench/selection.ts';

export function scaffoldChoices(name: string, flags: Flags): Omit<ScaffoldChoices, 'schema'> {
  const { fault, namespace, app, from, workload, steadyState, withParams } = flags;
  const runs = Number(textOf(flags.repeat) ?? 1);
  return {
    name,
    fault: SCAFFOLD_FAULTS.find((each) => each === fault) ?? 'pod-failure',
    namespace: textOf(namespace) ?? 'shop',
    app: textOf(app) ?? 'shop-back',
    from: textOf(from) ?? 'shop-front',
    workload: textOf(workload),
    steadyStates: listOf(steadyState),
    withParams: withParams === true,
    repeat: runs === 1 ? null : runs,
  };
}

function listOf(flag: Flags[string]): readonly string[] {
  return Array.isArray(flag) ? (flag as readonly string[]) : [];
}

export function runOptions(flags: Flags, paths: readonly string[]) {
  const seed = textOf(flags.seed);
  return {
    paths,
    tags: listOf(flags.tag),
    params: givenParams(listOf(flags.param)),
    healer: HEALER_STATES.find((each) => each === flags.healer) ?? 'on',
    seed: seed === null ? null : Number(seed),
    repeat: textOf(flags.repeat) === null ? null : Number(flags.repeat),
    keep: flags.keep === true,
    output: textOf(flags.output),
    report: flags.report !== false,
    format: textOf(flags.format) ?? 'text',
  };
}

export function validateOptions(flags: Flags, paths: readonly string[]) {
  return { paths, params: givenParams(listOf(flags.param)), format: textOf(flags.format) };
}
