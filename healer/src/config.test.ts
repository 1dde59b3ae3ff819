import { describe, expect, it } from 'vitest';
import { readConfig } from './config.ts';
import { ConfigError } from './errors.ts';

const good = { PROMETHEUS_URL: 'http://prometheus:9090', HEALER_NAMESPACES: 'shop, other,' };

describe('readConfig', () => {
  it('needs little and fills in the rest', () => {
    expect(readConfig(good)).toMatchObject({
      allowedNamespaces: ['shop', 'other'],
      ownNamespace: 'healproof-system',
      port: 8080,
      dataStaleAfterMs: 3_000,
      lease: { leaseMs: 9_000, renewDeadlineMs: 6_000, retryMs: 1_500 },
      inCluster: false,
    });
  });

  it.each([
    ['no Prometheus', { HEALER_NAMESPACES: 'shop' }, /PROMETHEUS_URL/],
    ['a Prometheus that is no address', { ...good, PROMETHEUS_URL: 'file:///etc/passwd' }, /PROMETHEUS_URL/],
    ['no allow-list', { PROMETHEUS_URL: good.PROMETHEUS_URL }, /HEALER_NAMESPACES/],
    [
      'a duration without a unit',
      { ...good, HEALER_WATCH_STALE_AFTER: '20' },
      /HEALER_WATCH_STALE_AFTER: expected a duration/,
    ],
    ['a lease that ends before its holder stops', { ...good, HEALER_LEASE_DURATION: '8s' }, /must exceed/],
  ])('refuses %s by name', (_title, environment, sentence) => {
    expect(() => readConfig(environment)).toThrow(ConfigError);
    expect(() => readConfig(environment)).toThrow(sentence);
  });
});
