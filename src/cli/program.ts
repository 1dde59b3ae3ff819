import { Command, InvalidArgumentError, Option } from 'commander';
import { type Config, type LoadedConfig, loadConfig } from '../config.ts';
import { SETTINGS, type SettingKey } from '../config-settings.ts';
import { VERSION } from '../installation.ts';
import { cleanup } from './commands/cleanup.ts';
import { doctor } from './commands/doctor.ts';
import { down } from './commands/down.ts';
import { reportCommand, runCommand } from './commands/run.ts';
import { start } from './commands/start.ts';
import { status } from './commands/status.ts';
import { up } from './commands/up.ts';
import { validate, validateLive } from './commands/validate.ts';
import { givenParams } from './selection.ts';
import { openWorkbench, type Workbench } from './workbench.ts';

/** Flags that set a configuration value, for every command that uses one. */
const CONFIG_FLAGS: Readonly<Partial<Record<SettingKey, string>>> = {
  cacheDir: '--cache-dir <path>',
  imageSource: '--images <source>',
  engine: '--engine <engine>',
  'cluster.name': '--cluster <name>',
  'cluster.config': '--kind-config <path>',
  'prometheus.url': '--prometheus-url <url>',
};

export interface Outcome {
  exitCode: number;
}

type Flags = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

/** Every verb with its help. What a command returns becomes the exit code. */
export function createProgram(outcome: Outcome, signal: AbortSignal): Command {
  const program = new Command('healproof')
    .description('Prove that your Kubernetes cluster heals itself.')
    .version(VERSION)
    .option('--verbose', 'show stack traces')
    .exitOverride()
    .addHelpText('after', HELP);
  const finish = (exitCode: number): void => {
    outcome.exitCode = exitCode;
  };
  const atBench =
    (work: (bench: Workbench, flags: Flags, args: readonly string[]) => Promise<number>) =>
    async (...given: readonly unknown[]): Promise<void> => {
      const { flags, args } = split(given);
      const { config } = await configOf(flags);
      finish(await work(await openWorkbench(config, signal), flags, args));
    };
  const withConfig =
    (work: (config: Config, loaded: LoadedConfig, args: readonly string[], flags: Flags) => Promise<number>) =>
    async (...given: readonly unknown[]): Promise<void> => {
      const { flags, args } = split(given);
      const loaded = await configOf(flags);
      finish(await work(loaded.config, loaded, args, flags));
    };

  configurable(program.command('up'))
    .description('bring up the lab: a kind cluster with Chaos Mesh, Prometheus, healer and janitor')
    .option('--recreate', 'make a lab anew that cannot be used as it is')
    .action(atBench((bench, { recreate }) => up(bench, { recreate: recreate === true })));

  configurable(program.command('down'))
    .description('remove the lab')
    .option('--all', 'also the private engine, the images and the cache')
    .option('--force', 'even while a run is in progress')
    .action(atBench((bench, { all, force }) => down(bench, { all: all === true, force: force === true })));

  configurable(program.command('status'))
    .description('say where the lab stands, what runs in it and what it lacks')
    .action(atBench((bench) => status(bench)));

  runFlags(configurable(program.command('run [paths...]')))
    .description('run scenarios on the lab and report (default: the folder scenarios/)')
    .action(atBench((bench, flags, paths) => runCommand(bench, runOptions(flags, paths))));

  runFlags(configurable(program.command('start [paths...]')))
    .description('bring up the lab, run scenarios, say where the report is: what `npm start` does')
    .action(atBench((bench, flags, paths) => start(bench, runOptions(flags, paths))));

  configurable(program.command('validate [paths...]'))
    .description('check scenario files without a cluster: every problem as file:line:column')
    .addOption(paramOption())
    .option('--live', 'also ask the Prometheus of the lab whether every expression has an answer now')
    .action(async (...given: readonly unknown[]): Promise<void> => {
      const { flags, args } = split(given);
      const { config } = await configOf(flags);
      const params = givenParams(listOf(flags.param));
      if (flags.live !== true) finish(await validate(config, args, params));
      else finish(await validateLive(await openWorkbench(config, signal), args, params));
    });

  configurable(program.command('doctor'))
    .description('say what this machine and the lab can and cannot do, and how to mend it')
    .action(atBench((bench) => doctor(bench)));

  configurable(program.command('report'))
    .description('make the HTML report of the newest results anew')
    .option('--output <path>', 'folder of the results')
    .action(atBench((bench, { output }) => reportCommand(bench, { output: textOf(output) })));

  configurable(program.command('cleanup [runs...]'))
    .description('take back whatever runs left behind (default: all of them)')
    .action(atBench((bench, _flags, runs) => cleanup(bench, runs)));

  const config = program.command('config').description('look at the configuration');
  configurable(config.command('show'))
    .description('print every setting, its value and where it comes from')
    .action(withConfig(async (_config, loaded) => showConfig(loaded)));
  return program;
}

const HELP = `
Examples:
  $ healproof up                                   bring up the lab
  $ healproof run --tag smoke                      run the scenarios tagged smoke
  $ healproof run scenarios/nothing-happens.yaml   run one
  $ healproof run --healer off scenarios/wedged-replica-is-replaced.yaml
                                                   the control: without a healer it must fail
  $ healproof down --all                           remove everything again

Exit codes: 0 pass, 1 the claim is refuted, 2 usage or an invalid scenario, 3 inconclusive, 4 something was left behind.`;

function configurable(command: Command): Command {
  for (const [key, flag] of Object.entries(CONFIG_FLAGS)) {
    const setting = SETTINGS[key as SettingKey];
    command.addOption(new Option(flag, `${setting.about} (${setting.env})`));
  }
  return command;
}

function runFlags(command: Command): Command {
  return command
    .option('--tag <tags...>', 'only scenarios with one of these tags')
    .addOption(
      new Option('--healer <state>', 'off: a control run without the healer').choices(['on', 'off']).default('on'),
    )
    .option('--seed <number>', 'choose targets as that run did', wholeNumber)
    .addOption(paramOption())
    .option('--repeat <runs>', 'run every scenario so many times; every run must pass', runCount)
    .option('--keep', 'leave the workload in place afterwards (faults are taken back all the same)')
    .option('--output <path>', 'folder for evidence and report')
    .option('--no-report', 'evidence only, no HTML report');
}

function wholeNumber(text: string): string {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('expected a whole number of at most nine digits');
  return text;
}

function runCount(text: string): string {
  if (!/^[1-9]\d{0,2}$/.test(text)) throw new InvalidArgumentError('expected a number of runs from 1 to 999');
  return text;
}

function runOptions(flags: Flags, paths: readonly string[]) {
  const seed = textOf(flags.seed);
  return {
    paths,
    tags: listOf(flags.tag),
    params: givenParams(listOf(flags.param)),
    healer: flags.healer === 'off' ? ('off' as const) : ('on' as const),
    seed: seed === null ? null : Number(seed),
    repeat: textOf(flags.repeat) === null ? null : Number(flags.repeat),
    keep: flags.keep === true,
    output: textOf(flags.output),
    report: flags.report !== false,
  };
}

function paramOption(): Option {
  return new Option('--param <name=value>', 'value of a parameter that a scenario declares; may be repeated').argParser(
    (text: string, before: readonly string[] | undefined) => [...(before ?? []), text],
  );
}

function listOf(flag: Flags[string]): readonly string[] {
  return Array.isArray(flag) ? (flag as readonly string[]) : [];
}

function textOf(flag: Flags[string]): string | null {
  return typeof flag === 'string' ? flag : null;
}

/** Commander hands over the arguments, then the flags, then the command. */
function split(given: readonly unknown[]): { readonly flags: Flags; readonly args: readonly string[] } {
  const flags = given.at(-2) as Flags;
  const args = given.slice(0, -2).flat() as readonly (string | undefined)[];
  return { flags, args: args.filter((each) => each !== undefined) };
}

async function configOf(flags: Flags): Promise<LoadedConfig> {
  const named = Object.entries(CONFIG_FLAGS).flatMap(([key, flag]) => {
    const text = textOf(flags[new Option(flag).attributeName()]);
    return text === null ? [] : [[key, text]];
  });
  return loadConfig(Object.fromEntries(named));
}

function showConfig({ settings }: LoadedConfig): number {
  for (const { key, value, origin } of settings) process.stdout.write(`${key} = ${value ?? '(none)'}  # ${origin}\n`);
  return 0;
}
