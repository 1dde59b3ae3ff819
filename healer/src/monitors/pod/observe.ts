import type { ObjectStore } from '../../kube/object-store.ts';
import type { Condition, Policy } from '../../policy/schema.ts';
import { selects } from '../../policy/selector.ts';
import { classify } from './classify.ts';
import type { Assessment, Observation } from './observation.ts';
import { hasEnded, type PodView } from './pod.ts';
import type { SloSamplers } from './slo-samplers.ts';

/** Sees pods: brings what watches and Prometheus say together and has it judged. */
export class PodMonitor {
  readonly #pods: ObjectStore<PodView>;
  readonly #samplers: SloSamplers;

  constructor(pods: ObjectStore<PodView>, samplers: SloSamplers) {
    this.#pods = pods;
    this.#samplers = samplers;
  }

  observe(pod: PodView, policy: Policy, condition: Condition): Observation {
    if (condition.type !== 'SloSick') return { pod };
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
}
