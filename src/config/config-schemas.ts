import { z } from 'zod';
import { parseDuration } from '../scenario/model/duration.ts';
import { DNS_LABEL, SERVICE_ADDRESS } from '../scenario/model/kubernetes-names.ts';
import { isRequestUrl } from '../scenario/model/request-path.ts';
import type { SettingKey } from './config-settings.ts';

const path = z.string().min(1, 'expected a path');
/** Paths of an API are put behind it. */
const url = z
  .url({ protocol: /^https?$/, error: 'expected an http or https URL' })
  .refine(
    (text) => isRequestUrl(text) && !text.includes('?'),
    'expected an http or https URL and nothing behind its path',
  );
const duration = z.string().transform((text, context) => {
  const ms = parseDuration(text);
  if (ms !== null) return ms;
  context.addIssue(`expected a duration such as 90s or 10m, got ${text}`);
  return z.NEVER;
});

/** What every setting must be. Apart from the names, which every command's help needs and which load no library. */
export const SETTING_SCHEMAS = {
  cacheDir: path,
  reports: path,
  imageSource: z.enum(['auto', 'pull', 'airgap']),
  engine: z.enum(['auto', 'private']),
  'cluster.name': z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{0,49}$/, 'expected lower-case letters, digits, dots and dashes'),
  'cluster.config': path,
  'cluster.context': z.string().min(1, 'expected the name of a context'),
  'cluster.allowContext': z.string().min(1, 'expected the name of a context'),
  'cluster.kubeconfig': path,
  'cluster.namespaces': z
    .string()
    .transform((text) => text.split(',').map((name) => name.trim()))
    .refine((names) => names.every((name) => DNS_LABEL.test(name)), 'expected namespaces, separated by commas'),
  'prometheus.url': url,
  'prometheus.service': z.string().regex(SERVICE_ADDRESS, 'expected namespace/name:port of a service'),
  'prometheus.bearerTokenFile': path,
  'prometheus.ca': path,
  'prometheus.clientCertificate': path,
  'prometheus.clientKey': path,
  'receiver.url': url,
  'deadlines.build': duration,
  'deadlines.lab': duration,
  'tools.docker': path,
  'tools.kind': path,
  'tools.helm': path,
} as const satisfies Readonly<Record<SettingKey, z.ZodType>>;

/** What all sources together say, each value as its schema gives it. */
export type SettingValues = { readonly [K in SettingKey]?: z.output<(typeof SETTING_SCHEMAS)[K]> };
