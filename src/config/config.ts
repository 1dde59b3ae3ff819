import { readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { ifAbsent } from '../absent.ts';
import { formatIssue, UsageError } from '../errors.ts';
import { contradictions } from './config-contradictions.ts';
import { type ConfigFile, readConfigText } from './config-file.ts';
import { SETTING_SCHEMAS, type SettingValues } from './config-schemas.ts';
import { SETTINGS, type SettingKey } from './config-settings.ts';
import type { NodeCommandSettings } from './node-command-settings.ts';

const CONFIG_FILE_NAME = 'healproof.yaml';

export interface Config {
  /** Folder of healproof.yaml, or the working directory: scenarios, steady states and workloads are beside it. */
  readonly projectDir: string;
  readonly cacheDir: string;
  readonly reportsDir: string;
  readonly imageSource: 'auto' | 'pull' | 'airgap';
  readonly engine: 'auto' | 'private';
  readonly cluster: {
    readonly name: string;
    readonly configPath: string | null;
    /** An existing cluster to use instead of the lab; null: the lab. */
    readonly context: string | null;
    /** Must be the same name, or nothing is injected there. */
    readonly allowContext: string | null;
    readonly kubeconfig: string;
    /** Allow-list for an existing cluster. */
    readonly namespaces: readonly string[];
  };
  readonly prometheusUrl: string | null;
  readonly prometheus: PrometheusSettings;
  readonly receiverUrl: string | null;
  /** Commands for faults of nodes that are not kind's; null: none. */
  readonly nodeCommands: NodeCommandSettings | null;
  readonly deadlines: { readonly buildMs: number; readonly labMs: number };
  readonly tools: { readonly docker: string | null; readonly kind: string | null; readonly helm: string | null };
}

/** How to be let in; paths of files, never what is in them. */
export interface PrometheusSettings {
  readonly bearerTokenFile: string | null;
  readonly caFile: string | null;
  readonly certFile: string | null;
  readonly keyFile: string | null;
  /** `namespace/name:port`: through the API server. */
  readonly service: string | null;
}

/** One setting as it holds; `origin` is `default`, a variable, a flag or `file:line:column`. */
export interface Setting {
  readonly key: SettingKey;
  readonly value: string | null;
  readonly origin: string;
}

export interface LoadedConfig {
  readonly config: Config;
  readonly settings: readonly Setting[];
}

export interface ConfigSources {
  readonly cwd: string;
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** By setting, from the command line. */
  readonly flags: Readonly<Partial<Record<SettingKey, string>>>;
  readonly file: ConfigFile | null;
}

/** Reads the configuration once. @throws UsageError with every problem at once. */
export async function loadConfig(
  flags: ConfigSources['flags'],
  env: ConfigSources['env'] = process.env,
  cwd: string = process.cwd(),
): Promise<LoadedConfig> {
  const found = await findUpwards(cwd);
  const file = found === null ? null : readConfigText({ path: found, text: await readFile(found, 'utf8') });
  return resolveConfig({ cwd, home: homedir(), env, flags, file });
}

/** Flags win over variables, variables over the file, the file over defaults. @throws UsageError. */
export function resolveConfig(sources: ConfigSources): LoadedConfig {
  const problems = (sources.file?.issues ?? []).map(formatIssue);
  const values: Record<string, unknown> = {};
  const settings: Setting[] = [];
  for (const key of Object.keys(SETTINGS) as SettingKey[]) {
    const found = pick(key, sources);
    settings.push({ key, value: found.text, origin: found.origin });
    if (found.text === null) continue;
    const parsed = SETTING_SCHEMAS[key].safeParse(found.text);
    if (parsed.success) values[key] = parsed.data;
    else problems.push(`${found.origin} ${key}: ${parsed.error.issues[0]?.message ?? 'not valid'}`);
  }
  const unknown = Object.keys(sources.env).filter((name) => name.startsWith('HEALPROOF_') && !isKnownVariable(name));
  problems.push(...unknown.map((name) => `${name}: no setting has this variable`));
  problems.push(...contradictions(values as SettingValues));
  if (problems.length > 0) throw new UsageError(problems.join('\n'));
  return { config: toConfig(values as SettingValues, sources), settings };
}

/** Set by healproof itself for the processes that it starts, or only by its tests. */
const OWN_VARIABLES = /^HEALPROOF_(?:(?:INTERNAL|TEST)_|YES$|FUZZ_RUNS$)/;

function isKnownVariable(name: string): boolean {
  return OWN_VARIABLES.test(name) || Object.values(SETTINGS).some((setting) => setting.env === name);
}

interface Written {
  readonly text: string | null;
  readonly origin: string;
}

function pick(key: SettingKey, sources: ConfigSources): Written {
  const setting = SETTINGS[key];
  const absolute = (text: string, from: string): string =>
    'isPath' in setting ? resolve(from, text.replace(/^~(?=\/|$)/, sources.home)) : text;
  const flag = sources.flags[key];
  if (flag !== undefined) return { text: absolute(flag, sources.cwd), origin: 'flag' };
  const variable = sources.env[setting.env];
  if (variable !== undefined && variable !== '') {
    return { text: absolute(variable, sources.cwd), origin: setting.env };
  }
  const entry = sources.file?.entries.get(key);
  if (entry !== undefined && sources.file !== null) {
    const { path: file } = sources.file;
    return { text: absolute(entry.text, dirname(file)), origin: `${file}:${entry.line}:${entry.column}` };
  }
  return { text: defaultOf(key, sources), origin: 'default' };
}

function defaultOf(key: SettingKey, sources: ConfigSources): string | null {
  switch (key) {
    case 'cacheDir':
      return join(sources.env.XDG_CACHE_HOME || join(sources.home, '.cache'), 'healproof');
    case 'reports':
      return join(projectDirOf(sources), 'reports');
    case 'imageSource':
    case 'engine':
      return 'auto';
    case 'cluster.name':
      return 'healproof';
    case 'cluster.kubeconfig':
      return sources.env.KUBECONFIG?.split(delimiter)[0] || join(sources.home, '.kube', 'config');
    case 'deadlines.build':
      return '90m';
    case 'deadlines.lab':
      return '10m';
    default:
      return null;
  }
}

function projectDirOf({ file, cwd }: ConfigSources): string {
  return file === null ? cwd : dirname(file.path);
}

function toConfig(values: SettingValues, sources: ConfigSources): Config {
  const needed = <K extends SettingKey>(key: K): NonNullable<SettingValues[K]> => {
    const value = values[key];
    if (value === undefined) throw new TypeError(`setting ${key} has no default`);
    return value;
  };
  return {
    projectDir: projectDirOf(sources),
    cacheDir: needed('cacheDir'),
    reportsDir: needed('reports'),
    imageSource: needed('imageSource'),
    engine: needed('engine'),
    cluster: {
      name: needed('cluster.name'),
      configPath: values['cluster.config'] ?? null,
      context: values['cluster.context'] ?? null,
      allowContext: values['cluster.allowContext'] ?? null,
      kubeconfig: needed('cluster.kubeconfig'),
      namespaces: values['cluster.namespaces'] ?? [],
    },
    prometheusUrl: values['prometheus.url'] ?? null,
    prometheus: {
      bearerTokenFile: values['prometheus.bearerTokenFile'] ?? null,
      caFile: values['prometheus.ca'] ?? null,
      certFile: values['prometheus.clientCertificate'] ?? null,
      keyFile: values['prometheus.clientKey'] ?? null,
      service: values['prometheus.service'] ?? null,
    },
    receiverUrl: values['receiver.url'] ?? null,
    nodeCommands: sources.file?.nodeCommands ?? null,
    deadlines: { buildMs: needed('deadlines.build'), labMs: needed('deadlines.lab') },
    tools: {
      docker: values['tools.docker'] ?? null,
      kind: values['tools.kind'] ?? null,
      helm: values['tools.helm'] ?? null,
    },
  };
}

async function findUpwards(from: string): Promise<string | null> {
  const candidate = join(from, CONFIG_FILE_NAME);
  if (await isFile(candidate)) return candidate;
  const parent = dirname(from);
  return parent === from ? null : findUpwards(parent);
}

async function isFile(candidate: string): Promise<boolean> {
  const found = await stat(candidate).catch(ifAbsent(null, 'ENOTDIR'));
  return found?.isFile() ?? false;
}
