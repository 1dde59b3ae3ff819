/** Every setting once: where it may come from, and what it is. Paths are made absolute from where they were written. */
export const SETTINGS = {
  cacheDir: { env: 'HEALPROOF_CACHE_DIR', isPath: true, about: 'images, tools and lab state' },
  reports: { env: 'HEALPROOF_REPORTS', isPath: true, about: 'where evidence and reports are written' },
  imageSource: {
    env: 'HEALPROOF_IMAGE_SOURCE',
    about: 'pull images, build them from source (airgap), or whichever works',
  },
  engine: { env: 'HEALPROOF_ENGINE', about: "the user's Docker where there is one, or always a private one" },
  'cluster.name': { env: 'HEALPROOF_CLUSTER', about: 'name of the kind cluster' },
  'cluster.config': { env: 'HEALPROOF_KIND_CONFIG', isPath: true, about: "the lab cluster's shape" },
  'cluster.context': {
    env: 'HEALPROOF_CONTEXT',
    about: 'an existing cluster to run on instead of the lab, by its context',
  },
  'cluster.allowContext': {
    env: 'HEALPROOF_ALLOW_CONTEXT',
    about: 'the same name again: faults may be injected there',
  },
  'cluster.kubeconfig': { env: 'HEALPROOF_KUBECONFIG', isPath: true, about: 'the kubeconfig that the context is in' },
  'cluster.namespaces': {
    env: 'HEALPROOF_NAMESPACES',
    about: 'namespaces of an existing cluster that scenarios may touch',
  },
  'prometheus.url': { env: 'HEALPROOF_PROMETHEUS_URL', about: "a Prometheus to judge by, instead of the lab's own" },
  'prometheus.service': {
    env: 'HEALPROOF_PROMETHEUS_SERVICE',
    about: 'a Prometheus to judge by, reached through the API server',
  },
  'prometheus.bearerTokenFile': {
    env: 'HEALPROOF_PROMETHEUS_TOKEN_FILE',
    isPath: true,
    about: 'file with the token that Prometheus asks for',
  },
  'prometheus.ca': {
    env: 'HEALPROOF_PROMETHEUS_CA',
    isPath: true,
    about: 'file with the authority that vouches for Prometheus',
  },
  'prometheus.clientCertificate': {
    env: 'HEALPROOF_PROMETHEUS_CLIENT_CERTIFICATE',
    isPath: true,
    about: 'file with the certificate to show to Prometheus',
  },
  'prometheus.clientKey': { env: 'HEALPROOF_PROMETHEUS_CLIENT_KEY', isPath: true, about: 'file with its key' },
  'receiver.url': {
    env: 'HEALPROOF_RECEIVER_URL',
    about: "a receiver of messages to judge by, instead of the lab's own",
  },
  'deadlines.build': { env: 'HEALPROOF_BUILD_DEADLINE', about: 'for getting or building all images' },
  'deadlines.lab': { env: 'HEALPROOF_LAB_DEADLINE', about: 'for making the cluster and all in it' },
  'tools.docker': { env: 'HEALPROOF_DOCKER', isPath: true, about: 'a docker client to use' },
  'tools.kind': { env: 'HEALPROOF_KIND', isPath: true, about: 'a kind to use' },
  'tools.helm': { env: 'HEALPROOF_HELM', isPath: true, about: 'a helm to use' },
} as const;

export type SettingKey = keyof typeof SETTINGS;
