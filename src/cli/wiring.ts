import { type Command, Option } from 'commander';
import type { Config, LoadedConfig } from '../config/config.ts';
import { SETTINGS, type SettingKey } from '../config/config-settings.ts';
import { openWorkbench, type Workbench } from './workbench/workbench.ts';

/** Flags that set a configuration value, for every command that uses one. */
const CONFIG_FLAGS: Readonly<Partial<Record<SettingKey, string>>> = {
  cacheDir: '--cache-dir <path>',
  imageSource: '--images <source>',
  engine: '--engine <engine>',
  'cluster.name': '--cluster <name>',
  'cluster.config': '--kind-config <path>',
  'cluster.context': '--context <name>',
  'cluster.allowContext': '--allow-context <name>',
  'prometheus.url': '--prometheus-url <url>',
};

export type Flags = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;
type Action = (...given: readonly unknown[]) => Promise<void>;

/** What a command may ask for beside its configuration. */
export interface Configured {
  readonly loaded: LoadedConfig;
  openBench(): Workbench;
}

/** Turns what a command does into what Commander calls: flags and arguments apart, the configuration read, the exit code kept. */
export class Wiring {
  readonly #signal: AbortSignal;
  readonly #finish: (exitCode: number) => void;

  constructor(signal: AbortSignal, finish: (exitCode: number) => void) {
    this.#signal = signal;
    this.#finish = finish;
  }

  plain(work: (flags: Flags, args: readonly string[]) => Promise<number>): Action {
    return async (...given) => {
      const { flags, args } = split(given);
      this.#finish(await work(flags, args));
    };
  }

  withConfig(
    work: (config: Config, flags: Flags, args: readonly string[], more: Configured) => Promise<number>,
  ): Action {
    return this.plain(async (flags, args) => {
      const loaded = await configOf(flags);
      const { config } = loaded;
      return work(config, flags, args, { loaded, openBench: () => openWorkbench(config, this.#signal) });
    });
  }

  atBench(work: (bench: Workbench, flags: Flags, args: readonly string[]) => Promise<number>): Action {
    return this.withConfig(async (_config, flags, args, { openBench }) => work(openBench(), flags, args));
  }
}

export function configurable(command: Command): Command {
  for (const [key, flag] of Object.entries(CONFIG_FLAGS)) {
    const setting = SETTINGS[key as SettingKey];
    command.addOption(new Option(flag, `${setting.about} (${setting.env})`));
  }
  return command;
}

/** `--format` says how something is printed; where files go is `--output`. */
export function formatFlag(command: Command, choices: readonly string[] = ['text', 'json']): Command {
  return command.addOption(
    new Option('--format <format>', 'how the result is printed').choices(choices).default('text'),
  );
}

export function textOf(flag: Flags[string]): string | null {
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
  const { loadConfig } = await import('../config/config.ts');
  return loadConfig(Object.fromEntries(named));
}
