import type { MissingPart } from '../../../../src/ports/images.ts';

const NO_MODULE = 'its Go module could not be fetched when the source build was written, so there is no recipe for it';

/** What cannot be built from Go modules, Debian packages and npm, and what takes its place. */
export const MISSING: readonly MissingPart[] = [
  { part: 'Kured', reason: NO_MODULE },
  { part: 'Grafana', reason: NO_MODULE },
  { part: 'kube-state-metrics', reason: NO_MODULE },
  { part: 'crictl', reason: `${NO_MODULE}; ctr is in the nodes` },
  { part: 'metrics-server', reason: 'it is not built, because nothing in the lab reads the metrics API' },
  { part: 'kindnet', reason: `${NO_MODULE}; an agent of our own connects the pods, without NetworkPolicy` },
  {
    part: 'Chaos Mesh nsexec',
    reason: 'it is published as a binary only; a small program of our own stands in for it',
  },
  {
    part: 'Chaos Mesh memStress',
    reason: 'it is published as a binary only; stress-ng stands in for it, as memory stress needs it',
  },
  { part: 'Chaos Mesh toda', reason: 'it is published as a binary only, so IOChaos cannot work' },
  { part: 'Chaos Mesh tproxy', reason: 'it is published as a binary only, so HTTPChaos cannot work' },
  { part: 'Chaos Mesh byteman', reason: 'it is published as a binary only, so JVMChaos cannot work' },
  {
    part: 'Chaos Mesh DNS server',
    reason: 'its fork of CoreDNS is published as an image only, so DNSChaos cannot work',
  },
  { part: 'Chaos Mesh dashboard', reason: 'its web pages are not in the module; the lab does not use it' },
  { part: 'Prometheus web pages', reason: 'they are not in the module; the HTTP API is whole' },
  { part: 'Alertmanager web pages', reason: 'they are not in the module; the HTTP API is whole' },
];
