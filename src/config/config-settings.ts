import { z } from 'zod';
import { parseDuration } from '../scenario/model/duration.ts';
import { DNS_LABEL, SERVICE_ADDRESS } from '../scenario/model/kubernetes-names.ts';
import { isRequestUrl } from '../scenario/model/request-path.ts';

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

/** Every setting once: where it may come from, what it must be. Paths are made absolute from where they were written. */
export const SETTINGS = {
  cacheDir: { env: 'HEALPROOF_CACHE_DIR', schema: path, isPath: true, about: 'images, tools and lab state' },
  reports: { env: 'HEALPROOF_REPORTS', schema: path, isPath: true, about: 'where evidence and reports are written' },
  imageSource: {
    env: 'HEALPROOF_IMAGE_SOURCE',
    schema: z.enum(['auto', 'pull', 'airgap']),
    about: 'pull images, build them from source (airgap), or whichever works',
  },
  engine: {
    env: 'HEALPROOF_ENGINE',
    schema: z.enum(['auto', 'private']),
    about: "the user's Docker where there is one, or always a private one",
  },
  'cluster.name': {
    env: 'HEALPROOF_CLUSTER',
    schema: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,49}$/, 'expected lower-case letters, digits, dots and dashes'),
    about: 'name of the kind cluster',
  },
  'cluster.config': { env: 'HEALPROOF_KIND_CONFIG', schema: path, isPath: true, about: "the lab cluster's shape" },
  'cluster.context': {
    env: 'HEALPROOF_CONTEXT',
    schema: z.string().min(1, 'expected the name of a context'),
    about: 'an existing cluster to run on instead of the lab, by its context',
  },
  'cluster.allowContext': {
    env: 'HEALPROOF_ALLOW_CONTEXT',
    schema: z.string().min(1, 'expected the name of a context'),
    about: 'the same name again: faults may be injected there',
  },
  'cluster.kubeconfig': {
    env: 'HEALPROOF_KUBECONFIG',
    schema: path,
    isPath: true,
    about: 'the kubeconfig that the context is in',
  },
  'cluster.namespaces': {
    env: 'HEALPROOF_NAMESPACES',
    schema: z
      .string()
      .transform((text) => text.split(',').map((name) => name.trim()))
      .refine((names) => names.every((name) => DNS_LABEL.test(name)), 'expected namespaces, separated by commas'),
    about: 'namespaces of an existing cluster that scenarios may touch',
  },
  'prometheus.url': {
    env: 'HEALPROOF_PROMETHEUS_URL',
    schema: url,
    about: "a Prometheus to judge by, instead of the lab's own",
  },
  'prometheus.service': {
    env: 'HEALPROOF_PROMETHEUS_SERVICE',
    schema: z.string().regex(SERVICE_ADDRESS, 'expected namespace/name:port of a service'),
    about: 'a Prometheus to judge by, reached through the API server',
  },
  'prometheus.bearerTokenFile': {
    env: 'HEALPROOF_PROMETHEUS_TOKEN_FILE',
    schema: path,
    isPath: true,
    about: 'file with the token that Prometheus asks for',
  },
  'prometheus.ca': {
    env: 'HEALPROOF_PROMETHEUS_CA',
    schema: path,
    isPath: true,
    about: 'file with the authority that vouches for Prometheus',
  },
  'prometheus.clientCertificate': {
    env: 'HEALPROOF_PROMETHEUS_CLIENT_CERTIFICATE',
    schema: path,
    isPath: true,
    about: 'file with the certificate to show to Prometheus',
  },
  'prometheus.clientKey': {
    env: 'HEALPROOF_PROMETHEUS_CLIENT_KEY',
    schema: path,
    isPath: true,
    about: 'file with its key',
  },
  'receiver.url': {
    env: 'HEALPROOF_RECEIVER_URL',
    schema: url,
    about: "a receiver of messages to judge by, instead of the lab's own",
  },
  'deadlines.build': { env: 'HEALPROOF_BUILD_DEADLINE', schema: duration, about: 'for getting or building all images' },
  'deadlines.lab': { env: 'HEALPROOF_LAB_DEADLINE', schema: duration, about: 'for making the cluster and all in it' },
  'tools.docker': { env: 'HEALPROOF_DOCKER', schema: path, isPath: true, about: 'a docker client to use' },
  'tools.kind': { env: 'HEALPROOF_KIND', schema: path, isPath: true, about: 'a kind to use' },
  'tools.helm': { env: 'HEALPROOF_HELM', schema: path, isPath: true, about: 'a helm to use' },
} as const;

export type SettingKey = keyof typeof SETTINGS;

/** What all sources together say, each value as its schema gives it. */
export type SettingValues = { readonly [K in SettingKey]?: z.output<(typeof SETTINGS)[K]['schema']> };
