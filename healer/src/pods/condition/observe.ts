import type { FiringAlert } from '../../alerts/alert-store.ts';
import { hasEnded, type PodView } from '../../cluster/pod.ts';
import type { ObjectStore } from '../../kube/object-store.ts';
import type { Condition, Policy, SLOAlertCondition } from '../../policy/schema.ts';
import { selects } from '../../policy/selector.ts';
import { classify } from './classify.ts';
import type { Assessment, Observation } from './observation.ts';
import type { SloSamplers } from './slo-samplers.ts';

export interface Alerts {
  named(name: string): readonly FiringAlert[];
}

/** Sees pods: brings what watches, Prometheus and Alertmanager say together and has it judged. */
export class PodMonitor {
  readonly #pods: ObjectStore<PodView>;
  readonly #samplers: SloSamplers;
  readonly #alerts: Alerts;

  constructor(pods: ObjectStore<PodView>, samplers: SloSamplers, alerts: Alerts = { named: () => [] }) {
    this.#pods = pods;
    this.#samplers = samplers;
    this.#alerts = alerts;
  }

  observe(pod: PodView, policy: Policy, condition: Condition): Observation {
    if (condition.type === 'SLOAlert') return { pod, alert: this.#alertAbout(pod, condition) };
    if (condition.type !== 'SLOViolation') return { pod };
    return { pod, slo: this.#samplers.of(policy, condition)?.read(pod) };
  }

  assess(pod: PodView, policy: Policy, condition: Condition, nowMs: number): Assessment {
    return classify(this.observe(pod, policy, condition), condition, nowMs);
  }

  /** Pods of a policy that serve or should serve. */
  podsOf(policy: Policy): PodView[] {
    return [...this.#pods.values()].filter((pod) => selects(policy, pod) && !pod.terminating && !hasEnded(pod));
  }

  /**
   * Whether a pod is known to be well: Ready, measured as healthy under the condition in question, and with no symptom
   * under the others. A condition whose data are missing only counts against the pod when it is the one in question.
   */
  isWell(pod: PodView, policy: Policy, condition: Condition, nowMs: number): boolean {
    if (!pod.ready || pod.terminating || hasEnded(pod)) return false;
    return policy.conditions.every((other) => {
      const { kind } = this.assess(pod, policy, other, nowMs);
      return other.type === condition.type ? kind === 'healthy' : kind !== 'suspect' && kind !== 'unhealthy';
    });
  }

  /** A label `namespace` that names another one makes the alert one about another pod of that name. */
  #alertAbout(pod: PodView, { alert, replicaLabel, replicaIs }: SLOAlertCondition): Observation['alert'] {
    const replica = replicaIs === 'podIP' ? pod.ip : pod.name;
    const found = this.#alerts
      .named(alert)
      .filter(({ labels }) => replica !== undefined && labels[replicaLabel] === replica)
      .find(({ labels }) => (labels.namespace ?? pod.namespace) === pod.namespace);
    return found === undefined ? undefined : { name: found.name, startedAtMs: found.startedAtMs };
  }
}
