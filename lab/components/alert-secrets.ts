import { randomBytes } from 'node:crypto';
import type { Kube, KubeRef } from '../../src/ports/kube.ts';
import type { LabSettings } from './lab-settings.ts';

/** As the healer is called by whoever posts alerts to it. */
const HEALER_HOST = 'healer-alerts.healproof-system.svc';

const HEALER: KubeRef = { apiVersion: 'v1', kind: 'Secret', namespace: 'healproof-system', name: 'healer-alerts' };
const ALERTMANAGER: KubeRef = {
  apiVersion: 'v1',
  kind: 'Secret',
  namespace: 'healproof-monitoring',
  name: 'alertmanager-healer',
};

/**
 * Lets Alertmanager, and nobody else, post alerts to the healer: a token that both know, and a certificate by an authority
 * that was made for it. Made once for a lab; they stay as long as both Secrets do.
 */
export async function ensureAlertSecrets(
  kube: Kube,
  { issueCertificate }: Pick<LabSettings, 'issueCertificate'>,
): Promise<void> {
  const found = await Promise.all([kube.get(HEALER), kube.get(ALERTMANAGER)]);
  if (found.every((secret) => secret !== null)) return;
  const { authority, certificate, key } = await issueCertificate(HEALER_HOST);
  const token = randomBytes(32).toString('base64url');
  await kube.apply(secretOf(HEALER, { token, 'tls.crt': certificate, 'tls.key': key }));
  await kube.apply(secretOf(ALERTMANAGER, { token, 'ca.crt': authority }));
}

function secretOf({ apiVersion, kind, namespace, name }: KubeRef, texts: Readonly<Record<string, string>>): object {
  const data = Object.fromEntries(
    Object.entries(texts).map(([key, text]) => [key, Buffer.from(text).toString('base64')]),
  );
  const metadata = { name, namespace, labels: { 'app.kubernetes.io/part-of': 'healproof' } };
  return { apiVersion, kind, metadata, type: 'Opaque', data };
}
