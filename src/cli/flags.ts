import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ScaffoldChoices } from './scaffold/scaffold.ts';
import { SCAFFOLD_FAULTS } from './scaffold/scaffold-faults.ts';
import { type Flags, formatFlag, textOf } from './wiring.ts';
import { givenParams } from './workbench/selection.ts';

const HEALER_STATES = ['on', 'off', 'compare'] as const;

export function runFlags(command: Command): Command {
  return formatFlag(command)
    .option('--tag <tags...>', 'only scenarios with one of these tags')
    .addOption(
      new Option('--healer <state>', 'off: a control run without the healer; compare: with it, then without')
        .choices(HEALER_STATES)
        .default('on'),
    )
    .option('--seed <number>', 'choose targets as that run did', wholeNumber)
    .addOption(paramOption())
    .option('--repeat <runs>', 'run every scenario so many times; every run must pass', runCount)
    .option('--keep', 'leave the workload in place afterwards (faults are taken back all the same)')
    .option('--output <path>', 'folder for evidence and report')
    .option('--no-report', 'evidence only, no HTML report');
}

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

export function listOf(flag: Flags[string]): readonly string[] {
  return Array.isArray(flag) ? (flag as readonly string[]) : [];
}

export function wholeNumber(text: string): string {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('expected a whole number of at most nine digits');
  return text;
}

export function runCount(text: string): string {
  if (!/^[1-9]\d{0,2}$/.test(text)) throw new InvalidArgumentError('expected a number of runs from 1 to 999');
  return text;
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

export function paramOption(): Option {
  return new Option('--param <name=value>', 'value of a parameter that a scenario declares; may be repeated').argParser(
    (text: string, before: readonly string[] | undefined) => [...(before ?? []), text],
  );
}
