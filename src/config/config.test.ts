import { describe, expect, it } from 'vitest';
import { UsageError } from '../errors.ts';
import { type ConfigSources, resolveConfig } from './config.ts';
import { readConfigText } from './config-file.ts';
import type { SettingKey } from './config-settings.ts';

const bare: ConfigSources = { cwd: '/project/sub', home: '/home/kim', env: {}, flags: {}, file: null };

function withFile(text: string): ConfigSources {
  return { ...bare, file: readConfigText({ path: '/project/healproof.yaml', text }) };
}

function messagesOf(sources: ConfigSources): string[] {
  try {
    resolveConfig(sources);
  } catch (error: unknown) {
    if (error instanceof UsageError) return error.message.split('\n');
    throw error;
  }
  return [];
}

describe('configuration', () => {
  it('has a default for everything that must have a value', () => {
    const { config } = resolveConfig(bare);
    expect(config.cacheDir).toBe('/home/kim/.cache/healproof');
    expect(config.reportsDir).toBe('/project/sub/reports');
    expect(config.cluster).toEqual({
      name: 'healproof',
      configPath: null,
      context: null,
      allowContext: null,
      kubeconfig: '/home/kim/.kube/config',
      namespaces: [],
    });
    expect(config.deadlines.labMs).toBe(600_000);
  });

  it('keeps its cache where XDG_CACHE_HOME says', () => {
    expect(resolveConfig({ ...bare, env: { XDG_CACHE_HOME: '/var/c' } }).config.cacheDir).toBe('/var/c/healproof');
  });

  it('lets the file win over defaults, a variable over the file, a flag over both', () => {
    const file = withFile('engine: private\ncluster: {name: from-file}\n');
    expect(resolveConfig(file).config.cluster.name).toBe('from-file');
    const env = { HEALPROOF_CLUSTER: 'from-env' };
    expect(resolveConfig({ ...file, env }).config.cluster.name).toBe('from-env');
    const { config, settings } = resolveConfig({ ...file, env, flags: { 'cluster.name': 'from-flag' } });
    expect(config).toMatchObject({ engine: 'private', cluster: { name: 'from-flag' } });
    expect(settings.find(({ key }) => key === 'cluster.name')?.origin).toBe('flag');
    expect(settings.find(({ key }) => key === 'engine')?.origin).toBe('/project/healproof.yaml:1:9');
  });

  it('reads paths from where they were written', () => {
    const file = withFile('cacheDir: ./cache\nreports: ~/reports\n');
    expect(resolveConfig(file).config).toMatchObject({ cacheDir: '/project/cache', reportsDir: '/home/kim/reports' });
    expect(resolveConfig({ ...bare, flags: { cacheDir: 'c' } }).config.cacheDir).toBe('/project/sub/c');
  });

  it('names every problem at once, each at its place', () => {
    const file = withFile('engin: auto\ncluster:\n  name: Bad_Name\ndeadlines: {lab: soon}\n');
    expect(messagesOf(file)).toEqual([
      '/project/healproof.yaml:1:1 engin: unknown key (did you mean engine?)',
      '/project/healproof.yaml:3:9 cluster.name: expected lower-case letters, digits, dots and dashes',
      '/project/healproof.yaml:4:18 deadlines.lab: expected a duration such as 90s or 10m, got soon',
    ]);
  });

  it('refuses a variable that no setting has', () => {
    expect(messagesOf({ ...bare, env: { HEALPROOF_ENGIN: 'x' } })).toEqual([
      'HEALPROOF_ENGIN: no setting has this variable',
    ]);
  });

  it.each([['engine:\n  - auto'], ['engine: {a: 1}'], ['just text'], ['a: [']])('refuses %j', (text) => {
    expect(messagesOf(withFile(text)).length).toBeGreaterThan(0);
  });
});

const KEYS = { 'prometheus.clientCertificate': 'c.crt', 'prometheus.clientKey': 'c.key' } as const;
const STAGING = {
  'cluster.context': 'staging',
  'cluster.allowContext': 'staging',
  'cluster.namespaces': 'shop, pay',
  'prometheus.service': 'monitoring/prometheus:9090',
} as const;

describe('settings that belong together', () => {
  it('let a Prometheus be reached with credentials in files, and through the API server', () => {
    const flags = { 'prometheus.url': 'https://p', 'prometheus.bearerTokenFile': 't', ...KEYS, 'prometheus.ca': 'ca' };
    expect(resolveConfig({ ...bare, flags }).config.prometheus).toEqual({
      bearerTokenFile: '/project/sub/t',
      caFile: '/project/sub/ca',
      certFile: '/project/sub/c.crt',
      keyFile: '/project/sub/c.key',
      service: null,
    });
    expect(resolveConfig({ ...bare, flags: STAGING }).config.prometheus.service).toBe('monitoring/prometheus:9090');
  });

  it.each<[Partial<Record<SettingKey, string>>, RegExp]>([
    [{ 'prometheus.url': 'https://p', 'prometheus.service': 'a/b:c' }, /only one way/],
    [{ 'prometheus.url': 'https://p', 'prometheus.clientKey': 'k' }, /need each other/],
    [{ 'prometheus.url': 'http://p', 'prometheus.bearerTokenFile': 't' }, /readable by all/],
    [{ 'prometheus.bearerTokenFile': 't' }, /need prometheus\.url/],
    [{ 'prometheus.service': 'prometheus' }, /namespace\/name:port/],
    [{ 'prometheus.service': '-/prometheus:9090' }, /namespace\/name:port/],
    [{ 'cluster.namespaces': 'shop,-pay' }, /expected namespaces/],
    [{ 'prometheus.url': 'http://p/a/../b' }, /nothing behind its path/],
    [{ 'receiver.url': 'http://p/?a=' }, /nothing behind its path/],
  ])('are refused where they make no sense: %j', (flags, words) => {
    expect(messagesOf({ ...bare, flags }).join()).toMatch(words);
  });

  it('may send a token to this machine itself', () => {
    const flags = { 'prometheus.url': 'http://127.0.0.1:9090', 'prometheus.bearerTokenFile': 't' };
    expect(resolveConfig({ ...bare, flags }).config.prometheusUrl).toBe('http://127.0.0.1:9090');
  });
});

describe('a cluster that is not the lab', () => {
  it('is used where its name was said twice, in the namespaces that are listed', () => {
    const { cluster } = resolveConfig({ ...bare, flags: STAGING, env: { KUBECONFIG: '/a:/b' } }).config;
    expect(cluster).toMatchObject({ context: 'staging', namespaces: ['shop', 'pay'], kubeconfig: '/a' });
  });

  it('may be allowed by the file, and named on the command line', () => {
    const file = withFile(
      'cluster: {allowContext: staging, namespaces: shop, context: staging}\nprometheus: {service: a/b:c}\n',
    );
    expect(resolveConfig(file).config.cluster.context).toBe('staging');
    const flags = { 'cluster.context': 'production' };
    expect(messagesOf({ ...file, flags }).join()).toMatch(/production is not the lab; say --allow-context production/);
  });

  it.each<[keyof typeof STAGING, RegExp]>([
    ['cluster.allowContext', /say --allow-context staging/],
    ['cluster.namespaces', /name the namespaces of staging/],
    ['prometheus.service', /staging needs a Prometheus/],
    ['cluster.context', /only with cluster\.context/],
  ])('is refused without %s', (key, words) => {
    const { [key]: _without, ...flags } = STAGING;
    expect(messagesOf({ ...bare, flags }).join()).toMatch(words);
  });

  it('is never meant by the current context of a kubeconfig', () => {
    expect(
      resolveConfig({ ...bare, env: { KUBECONFIG: '/home/kim/.kube/production' } }).config.cluster.context,
    ).toBeNull();
  });
});
