import { type Command, InvalidArgumentError, Option } from 'commander';
import { formatFlag } from './wiring.ts';

export const HEALER_STATES = ['on', 'off', 'compare'] as const;

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

export function wholeNumber(text: string): string {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('expected a whole number of at most nine digits');
  return text;
}

export function runCount(text: string): string {
  if (!/^[1-9]\d{0,2}$/.test(text)) throw new InvalidArgumentError('expected a number of runs from 1 to 999');
  return text;
}

export function paramOption(): Option {
  return new Option('--param <name=value>', 'value of a parameter that a scenario declares; may be repeated').argParser(
    (text: string, before: readonly string[] | undefined) => [...(before ?? []), text],
  );
}
