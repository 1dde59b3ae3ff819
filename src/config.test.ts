import { describe, expect, it } from 'vitest';
import { type ConfigSources, resolveConfig } from './config.ts';
import { readConfigText } from './config-file.ts';
import { UsageError } from './errors.ts';

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
    expect(config.cluster).toEqual({ name: 'healproof', configPath: null });
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
