import { Command, Option } from 'commander';
import { VERSION } from '../installation.ts';
import { exampleText } from './examples.ts';
import { paramOption, runCount, runFlags, wholeNumber } from './flags.ts';
import { ISSUE_FORMATS } from './output/issue-formats.ts';
import { SCAFFOLD_FAULTS } from './scaffold/fault-names.ts';
import { configurable, formatFlag, textOf, Wiring } from './wiring.ts';

export interface CommandOutcome {
  exitCode: number;
}

/** Every verb with its help. What a command returns becomes the exit code; its code is loaded when it is called. */
export function createProgram(outcome: CommandOutcome, signal: AbortSignal): Command {
  const program = new Command('healproof')
    .description('Prove that your Kubernetes cluster heals itself.')
    .version(VERSION)
    .option('--verbose', 'show stack traces')
    .exitOverride();
  const wiring = new Wiring(signal, (exitCode) => {
    outcome.exitCode = exitCode;
  });
  labVerbs(program, wiring);
  runVerbs(program, wiring);
  fileVerbs(program, wiring);
  evidenceVerbs(program, wiring);
  addExamples(program);
  return program.addHelpText('after', EXIT_CODES);
}

const EXIT_CODES = `
Exit codes: 0 pass, 1 the claim is refuted, 2 usage or an invalid scenario, 3 inconclusive, 4 something was left behind.`;

function labVerbs(program: Command, wiring: Wiring): void {
  configurable(program.command('up'))
    .description('bring up the lab: a kind cluster with Chaos Mesh, Prometheus, healer and janitor')
    .option('--recreate', 'make a lab anew that cannot be used as it is')
    .action(
      wiring.atBench(async (bench, { recreate }) => {
        const { up } = await import('./commands/up.ts');
        return up(bench, { recreate: recreate === true });
      }),
    );

  configurable(program.command('down'))
    .description('remove the lab')
    .option('--all', 'also the private engine, the images and the cache')
    .option('--force', 'even while a run is in progress')
    .action(
      wiring.atBench(async (bench, { all, force }) => {
        const { down } = await import('./commands/down.ts');
        return down(bench, { all: all === true, force: force === true });
      }),
    );

  formatFlag(configurable(program.command('status')))
    .description('say where the lab stands, what runs in it and what it lacks')
    .action(
      wiring.atBench(async (bench, { format }) => {
        const { status } = await import('./commands/status.ts');
        return status(bench, textOf(format));
      }),
    );

  configurable(program.command('doctor'))
    .description('say what this machine and the lab can and cannot do, and how to mend it')
    .action(wiring.atBench(async (bench) => (await import('./commands/doctor.ts')).doctor(bench)));

  configurable(program.command('cleanup [runs...]'))
    .description('take back whatever runs left behind (default: all of them)')
    .action(
      wiring.atBench(async (bench, _flags, runs) => {
        const { cleanup } = await import('./commands/cleanup.ts');
        return cleanup(bench, runs);
      }),
    );
}

function runVerbs(program: Command, wiring: Wiring): void {
  runFlags(configurable(program.command('run [paths...]')))
    .description('run scenarios on the lab and report (default: the folder scenarios/)')
    .action(
      wiring.atBench(async (bench, flags, paths) => {
        const { runCommand } = await import('./commands/run.ts');
        const { runOptions } = await import('./read-flags.ts');
        return runCommand(bench, runOptions(flags, paths));
      }),
    );

  runFlags(configurable(program.command('start [paths...]')))
    .description('bring up the lab, run scenarios, say where the report is: what `npm start` does')
    .action(
      wiring.atBench(async (bench, flags, paths) => {
        const { start } = await import('./commands/start.ts');
        const { runOptions } = await import('./read-flags.ts');
        return start(bench, runOptions(flags, paths));
      }),
    );
}

function fileVerbs(program: Command, wiring: Wiring): void {
  formatFlag(configurable(program.command('validate [paths...]')), [...ISSUE_FORMATS.keys()])
    .description('check scenario files without a cluster: every problem as file:line:column')
    .addOption(paramOption())
    .option('--live', 'also ask Prometheus whether every expression has an answer now')
    .action(
      wiring.withConfig(async (config, flags, paths, { openBench }) => {
        const { validate, validateLive } = await import('./commands/validate.ts');
        const { validateOptions } = await import('./read-flags.ts');
        const options = validateOptions(flags, paths);
        return flags.live === true ? validateLive(openBench(), options) : validate(config, options);
      }),
    );

  formatFlag(configurable(program.command('plan [paths...]')))
    .description('say what a run would hit, for how long and what would abort it, and change nothing')
    .option('--tag <tags...>', 'only scenarios with one of these tags')
    .option('--seed <number>', 'choose targets as a run with that seed would', wholeNumber)
    .addOption(paramOption())
    .option('--repeat <runs>', 'as a run that makes so many of every scenario', runCount)
    .action(
      wiring.atBench(async (bench, flags, paths) => {
        const { plan } = await import('./commands/plan.ts');
        const { runOptions } = await import('./read-flags.ts');
        return plan(bench, runOptions(flags, paths));
      }),
    );

  configurable(program.command('new <name>'))
    .description('write a scenario to begin with into scenarios/; never overwrites one')
    .addOption(new Option('--fault <fault>', 'what breaks').choices(SCAFFOLD_FAULTS).default('pod-failure'))
    .option('--namespace <namespace>', 'where', 'shop')
    .option('--app <label>', 'app label of the pods to hit', 'shop-back')
    .option('--from <label>', 'app label of the pods that a partition cuts them off from', 'shop-front')
    .option('--workload <name>', 'folder in workloads/ to run it on; default: what runs already')
    .option('--steady-state <names...>', 'steady states to refer to; default: a first probe to change')
    .option('--with-params', 'make parameters of namespace and labels')
    .option('--repeat <runs>', 'so many runs make the claim, and every one must pass', runCount)
    .action(
      wiring.withConfig(async (config, flags, [name = '']) => {
        const { newScenario } = await import('./commands/new.ts');
        const { scaffoldChoices } = await import('./read-flags.ts');
        return newScenario(config, scaffoldChoices(name, flags));
      }),
    );

  program
    .command('completion <shell>')
    .description('print the script by which bash, zsh or fish completes command lines')
    .action(
      wiring.plain(async (_flags, [shell = '']) => {
        const { completion } = await import('./commands/completion.ts');
        return completion(program, shell);
      }),
    );

  const config = program.command('config').description('look at the configuration');
  formatFlag(configurable(config.command('show')))
    .description('print every setting, its value and where it comes from')
    .action(
      wiring.withConfig(async (_config, { format }, _args, { loaded }) => {
        const { showConfig } = await import('./commands/config.ts');
        return showConfig(loaded, textOf(format));
      }),
    );
}

function evidenceVerbs(program: Command, wiring: Wiring): void {
  configurable(program.command('report'))
    .description('make the HTML report of the newest results anew')
    .option('--output <path>', 'folder of the results')
    .action(
      wiring.atBench(async (bench, { output }) => {
        const { reportCommand } = await import('./commands/run.ts');
        return reportCommand(bench, { output: textOf(output) });
      }),
    );

  formatFlag(configurable(program.command('history [scenario]')))
    .description('list earlier runs with their verdicts and times, and the trend of each phase')
    .option('--last <number>', 'only so many runs of each scenario', wholeNumber, '20')
    .option('--output <path>', 'folder of the evidence')
    .action(
      wiring.withConfig(async (config, { last, output, format }, [scenario = null]) => {
        const { history } = await import('./commands/history.ts');
        const newest = Math.max(1, Number(textOf(last)));
        return history(config, { scenario, last: newest, output: textOf(output), format: textOf(format) });
      }),
    );

  formatFlag(program.command('verify <dir>'))
    .description('judge a run again from the raw evidence in its folder, and check its hashes')
    .option('--expect-head <hash>', 'the hash that was printed when the run ended')
    .action(
      wiring.plain(async ({ expectHead, format }, [dir = '']) => {
        const { verify } = await import('./commands/verify.ts');
        return verify({ dir, expectHead: textOf(expectHead), format: textOf(format) });
      }),
    );
}

function addExamples(command: Command): void {
  command.addHelpText('after', exampleText(command.name()));
  for (const child of command.commands) addExamples(child);
}
