import { expect, it } from 'vitest';
import { FakeKube } from '../../test/fakes/fake-kube.ts';
import { ensureAlertSecrets } from './alert-secrets.ts';

const textOf = (kube: FakeKube, secret: string, key: string): string => {
  const data = kube.objects.get(secret)?.data as Readonly<Record<string, string>> | undefined;
  return Buffer.from(data?.[key] ?? '', 'base64').toString();
};

function maker() {
  let made = 0;
  const issueCertificate = async (host: string) => {
    made += 1;
    return { authority: `ca ${made}`, certificate: `certificate ${made} of ${host}`, key: `key ${made}` };
  };
  return { issueCertificate };
}

const HEALER = 'Secret/healproof-system/healer-alerts';
const ALERTMANAGER = 'Secret/healproof-monitoring/alertmanager-healer';

it('gives healer and Alertmanager the same token, and the key to the healer alone', async () => {
  const kube = new FakeKube();
  await ensureAlertSecrets(kube, maker());
  expect(textOf(kube, HEALER, 'token')).toMatch(/^[\w-]{43}$/);
  expect(textOf(kube, ALERTMANAGER, 'token')).toBe(textOf(kube, HEALER, 'token'));
  expect(textOf(kube, HEALER, 'tls.crt')).toBe('certificate 1 of healer-alerts.healproof-system.svc');
  expect(textOf(kube, HEALER, 'tls.key')).toBe('key 1');
  expect(textOf(kube, ALERTMANAGER, 'ca.crt')).toBe('ca 1');
  expect(Object.keys(kube.objects.get(ALERTMANAGER)?.data ?? {})).toEqual(['token', 'ca.crt']);
});

it('leaves them as they are, and makes both anew when one is gone', async () => {
  const kube = new FakeKube();
  const site = maker();
  await ensureAlertSecrets(kube, site);
  const token = textOf(kube, HEALER, 'token');
  await ensureAlertSecrets(kube, site);
  expect(textOf(kube, HEALER, 'token')).toBe(token);
  kube.objects.delete(ALERTMANAGER);
  await ensureAlertSecrets(kube, site);
  expect(textOf(kube, HEALER, 'token')).not.toBe(token);
  expect(textOf(kube, ALERTMANAGER, 'token')).toBe(textOf(kube, HEALER, 'token'));
  expect(textOf(kube, ALERTMANAGER, 'ca.crt')).toBe('ca 2');
});
