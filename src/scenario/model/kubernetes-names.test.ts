import { describe, expect, it } from 'vitest';
import {
  API_VERSION_OF_KIND,
  DNS_LABEL,
  DNS_SUBDOMAIN,
  isLabelKey,
  isLabelValue,
  isObjectName,
  isPathSegment,
  RELEASE_NAME,
  SERVICE_ADDRESS,
} from './kubernetes-names.ts';

/** No API path and no selector may be made of these. */
const HOSTILE = [
  '',
  '.',
  '..',
  'a/b',
  '../a',
  '%2e%2e',
  '..%2f',
  'a%2Fb',
  'a\\b',
  '\u2024\u2024',
  '\uff0e',
  'a\0',
  'a\nb',
];
const isName: Readonly<Record<string, (text: string) => boolean>> = {
  'a label': (text) => DNS_LABEL.test(text),
  'a subdomain': (text) => DNS_SUBDOMAIN.test(text),
  'a release': (text) => RELEASE_NAME.test(text),
  'a label value': (text) => text !== '' && isLabelValue(text),
};

describe.each(Object.keys(isName))('%s', (kind) => {
  it.each([...HOSTILE, 'a b', 'a,b', 'a=b', '-a', 'a-', 'a\n', 'é', 'x'.repeat(254)])('is not %j', (text) => {
    expect(isName[kind]?.(text)).toBe(false);
  });
});

it('names are as long as Kubernetes lets them be', () => {
  const [most, more] = ['x'.repeat(63), 'x'.repeat(64)];
  expect([DNS_LABEL.test(most), DNS_LABEL.test(more)]).toEqual([true, false]);
  expect([isLabelValue(most), isLabelValue(more)]).toEqual([true, false]);
  expect([DNS_SUBDOMAIN.test('x'.repeat(253)), DNS_SUBDOMAIN.test('x'.repeat(254))]).toEqual([true, false]);
  expect([RELEASE_NAME.test('x'.repeat(53)), RELEASE_NAME.test('x'.repeat(54))]).toEqual([true, false]);
});

it.each([
  ['app', true],
  ['app.kubernetes.io/name', true],
  ['App_1', true],
  ['/a', false],
  ['a/', false],
  ['a/b/c', false],
  ['A/b', false],
  ['a,b', false],
  ['!a', false],
  ['..', false],
])('the key of a label: %s %s', (key, isFine) => {
  expect(isLabelKey(key)).toBe(isFine);
});

it.each([
  ['v1', true],
  ['apps/v1', true],
  ['networking.k8s.io/v1beta1', true],
  ['apps/v1/namespaces', false],
  ['../v1', false],
  ['apps/..', false],
  ['', false],
])('an apiVersion: %s %s', (text, isFine) => {
  expect(API_VERSION_OF_KIND.test(text)).toBe(isFine);
});

it.each([
  ['monitoring/prometheus:9090', true],
  ['https:monitoring/prometheus:web', true],
  ['-/prometheus:9090', false],
  ['monitoring/..:9090', false],
])('the address of a Service: %s %s', (text, isFine) => {
  expect(SERVICE_ADDRESS.test(text)).toBe(isFine);
});

it('only objects of RBAC may have a colon in their names', () => {
  const rbac = 'rbac.authorization.k8s.io/v1';
  expect(isObjectName(rbac, 'system:node')).toBe(true);
  expect(isObjectName('v1', 'system:node')).toBe(false);
  for (const text of ['', '.', '..', 'a/b', 'a%', 'a\\b', 'a\0', '\ud800', 'x'.repeat(254)]) {
    expect(isPathSegment(text), JSON.stringify(text)).toBe(false);
    expect(isObjectName(rbac, text)).toBe(false);
  }
});
