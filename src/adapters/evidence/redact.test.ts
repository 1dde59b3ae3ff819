import { describe, expect, it } from 'vitest';
import { redact, redactValue, secretValues } from './redact.ts';

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
    ['a variable in a log', `starting with DB_PASSWORD=${planted.password} and more`, planted.password],
    ['a parameter of a URL', `GET /login?access_token=${planted.password}&x=1`, planted.password],
    ['a line of YAML', `auth:\n  password: ${planted.password}\n`, planted.password],
    ['a token of GitHub', `cloned with ghp_${'a1B2'.repeat(9)} just now`, 'a1B2a1B2'],
    ['an access key', 'AKIAIOSFODNN7EXAMPLE in the log', 'AKIAIOSFODNN7EXAMPLE'],
    [
      'JSON inside of JSON',
      JSON.stringify({ last: JSON.stringify({ data: { 'db-password': planted.password } }) }),
      planted.password,
    ],
    [
      'a variable in a manifest',
      JSON.stringify({ env: [{ name: 'API_TOKEN', value: planted.password }] }),
      planted.password,
    ],
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
    'sum(rate(logins{token="none", secret=~"a1b2c3d4"}[10s]))',
    JSON.stringify({ query: 'sum(up{password="x12345678"})', tokens: 'abc123456', secretName: 'db' }),
    'expected a token: found something else',
    'prometheus.bearerTokenFile = /home/kim/token1',
    'a bearer of bad news, on a basic principle',
    'quay.io/prometheus/prometheus:v3.7.3@sha256:abcdef',
  ])('leaves %s alone', (text) => {
    expect(redact(text)).toBe(text);
  });
});

describe('a Kubernetes Secret', () => {
  const data = { user: 'a2lt', pin: 'aHVudGVyMg==' };

  it.each<[string, object]>([
    ['as an object', { kind: 'Secret', metadata: { name: 'db' }, data, stringData: data }],
    ['in a list', { items: [{ kind: 'Secret', data }] }],
    ['as a patch', { op: 'patch', ref: { kind: 'Secret', name: 'db' }, patch: { data } }],
    ['as a fault', { kubernetes: { patch: { target: { kind: 'Secret' }, patch: [{ data }] } } }],
  ])('%s keeps its names and loses its contents', (_name, value) => {
    const text = JSON.stringify(redactValue(value));
    expect(text).not.toMatch(/a2lt|aHVudGVyMg/);
    expect(text).toContain('"pin":"[redacted]"');
  });

  it('is not every object with data', () => {
    const map = { kind: 'ConfigMap', data };
    expect(redactValue(map)).toEqual(map);
  });
});

describe("this process's own secrets", () => {
  it('are the values of variables named for secrets, wherever they turn up', () => {
    const env = {
      GITHUB_TOKEN: 'plainwordtoken',
      DB_PASSWORD: 'correct horse',
      TOKEN: 'short',
      KEY_SECRET: '/a/path/of',
      X: 'abcdefghij',
    };
    const own = secretValues(env);
    expect(own).toEqual(['plainwordtoken', 'correct horse']);
    expect(redact('it said: plainwordtoken, correct horse', own)).toBe('it said: [redacted], [redacted]');
  });
});

it.each([
  ['letters', 'a'.repeat(1_000_000)],
  ['quotes', '"'.repeat(500_000)],
  ['backslashes', '\\'.repeat(500_000)],
  ['names of secrets', 'token_'.repeat(100_000)],
])('comes to an end with a lot of %s', (_name, text) => {
  expect(redact(text)).toBe(text);
});
