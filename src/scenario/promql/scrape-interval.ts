/** Where and how often the series behind a selector are scraped, as far as that is known without a server. */
export type ScrapeInterval = (selector: { readonly metric: string | null; readonly job: string | null }) => number;

const SLOW_METRIC =
  /^(?:container|machine|cadvisor|kubelet|apiserver|etcd|kube|node|coredns|rest_client|workqueue|scheduler)_/;
const SLOW_JOB = /apiserver|kubelet|cadvisor|node|etcd|coredns|kube-/;

/** The lab: 1 s for workload, healer and Chaos Mesh, 15 s for what the cluster says about itself. */
export const labScrapeIntervalMs: ScrapeInterval = ({ metric, job }) =>
  SLOW_METRIC.test(metric ?? '') || SLOW_JOB.test(job ?? '') ? 15_000 : 1_000;
