import { describe, expect, it } from 'vitest';
import { redact, redactValue } from './redact.ts';

const planted = {
  bearer: 'abc123.DEF-456_ghi',
  slack: 'T000AAAA/B000BBBB/ThisIsASecretOne',
  password: 'hunter2sEcret',
  token: 'xoxb-1234567890-abcdefghij',
  jwt: 'eyJhbGciOiJSUzI1NiIs.eyJzdWIiOiJzYSJ9.c2lnbmF0dXJl',
};

describe('redaction', () => {
  it.each([
    ['a bearer token', `Authorization: Bearer ${planted.bearer}`, planted.bearer],
    ['basic credentials', 'Authorization: Basic dXNlcjpodW50ZXIy', 'dXNlcjpodW50ZXIy'],
    ['a Slack web hook', `posting to https://hooks.slack.com/services/${planted.slack} failed`, planted.slack],
    ['a Slack token', `token ${planted.token}`, planted.token],
    ['a password in a URL', `http://admin:${planted.password}@prometheus:9090/api`, planted.password],
    ['a service account token', `found ${planted.jwt} in log`, planted.jwt],
    ['a private key', '-----BEGIN RSA PRIVATE KEY-----\nMIIabc\n-----END RSA PRIVATE KEY-----', 'MIIabc'],
  ])('takes out %s', (_name, text, secret) => {
    expect(text).toContain(secret);
    expect(redact(text)).not.toContain(secret);
    expect(redact(text)).toContain('[redacted]');
  });

  it('keeps JSON readable and everything else as it was', () => {
    const record = {
      log: [`GET http://u:${planted.password}@host/ "quoted" Bearer ${planted.bearer}`],
      nested: { token: 'plain-word', password: 'a "quoted" one', atMs: 1_700_000_000_000, ok: true, none: null },
    };
    const clean = redactValue(record);
    expect(JSON.stringify(clean)).not.toMatch(/hunter2|abc123|plain-word|quoted\\" one/);
    expect(clean.nested).toMatchObject({ atMs: 1_700_000_000_000, ok: true, none: null });
    expect(clean.log[0]).toContain('@host/ "quoted" Bearer [redacted]');
  });

  it.each([
    'http://172.20.0.4:30090/api/v1/query?query=up',
    'sum by (pod) (rate(x{a="b"}[10s])) < 0.5',
    'a bearer of bad news, on a basic principle',
    'quay.io/prometheus/prometheus:v3.7.3@sha256:abcdef',
  ])('leaves %s alone', (text) => {
    expect(redact(text)).toBe(text);
  });
});
