import { describe, expect, it } from 'vitest';
import { ConfigError } from '../errors.ts';
import { readConfig } from './config.ts';

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

  it('has nobody told unless it knows where the address is, and of everything but refusals then', () => {
    expect(readConfig(good).slack).toBeUndefined();
    expect(readConfig({ ...good, HEALER_SLACK_WEBHOOK_FILE: '/slack/url' }).slack).toEqual({
      webhookFile: '/slack/url',
      transitions: ['opened', 'acted', 'escalated', 'resolved', 'gave-up'],
      rate: { actions: 20, perMs: 60_000 },
      timeoutMs: 5_000,
      link: undefined,
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
    [
      'a transition that there is none of',
      { ...good, HEALER_SLACK_TRANSITIONS: 'opened,closed' },
      /HEALER_SLACK_TRANSITIONS/,
    ],
    ['a link that is none', { ...good, HEALER_SLACK_LINK: 'javascript:x' }, /HEALER_SLACK_LINK/],
    ['a lease that ends before its holder stops', { ...good, HEALER_LEASE_DURATION: '8s' }, /must exceed/],
  ])('refuses %s by name', (_title, environment, sentence) => {
    expect(() => readConfig(environment)).toThrow(ConfigError);
    expect(() => readConfig(environment)).toThrow(sentence);
  });
});
