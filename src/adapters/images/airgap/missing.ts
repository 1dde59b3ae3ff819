import type { MissingPart } from '../../../ports/images.ts';

/** What cannot be built from Go modules, Debian packages and npm, and what takes its place. */
export const MISSING: readonly MissingPart[] = [
  { part: 'Kured', reason: 'it is published as an image only; its Go module does not build by itself' },
  { part: 'Grafana', reason: 'its module lacks the web pages, and their build needs more than npm' },
  { part: 'kube-state-metrics', reason: 'its module cannot be required under the path it is published at' },
  { part: 'metrics-server', reason: 'it is not built, because nothing in the lab reads the metrics API' },
  { part: 'kindnet', reason: 'it is part of no module; an agent of our own connects the pods, without NetworkPolicy' },
  { part: 'crictl', reason: 'it is not built; ctr is in the nodes' },
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
];
