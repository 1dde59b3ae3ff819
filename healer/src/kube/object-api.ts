import { type KubernetesObject, PatchStrategy, type V1Deployment } from '@kubernetes/client-node';
import { API_VERSION, RESOURCES } from '../names.ts';
import { type Apis, type Call, inTime, patchInTime, undefinedWhenMissing } from './request.ts';

const TIMEOUT_MS = 2_000;
const [GROUP = '', VERSION = ''] = API_VERSION.split('/');

export interface ObjectRef {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** Reads and writes of single objects; every method rejects with a KubeError. */
export class ObjectApi {
  readonly #apis: Apis;
  readonly #call: Call;

  constructor(apis: Apis, call: Call) {
    this.#apis = apis;
    this.#call = call;
  }

  /** Deletes exactly this pod, in its own time. */
  async deletePod({ namespace, name, uid }: ObjectRef): Promise<void> {
    const body = { preconditions: { uid } };
    await this.#call('delete', 'pods', `delete pod ${namespace}/${name}`, () =>
      this.#apis.core.deleteNamespacedPod({ namespace, name, body }, inTime(TIMEOUT_MS)),
    );
  }

  readDeployment(namespace: string, name: string): Promise<V1Deployment | undefined> {
    return this.#call('get', 'deployments', `read deployment ${namespace}/${name}`, () =>
      this.#apis.apps.readNamespacedDeployment({ namespace, name }, inTime(TIMEOUT_MS)),
    ).catch(undefinedWhenMissing);
  }

  /** Merges into a Deployment; refused (409) when it is no longer the version that the patch names. */
  patchDeployment(namespace: string, name: string, body: object): Promise<V1Deployment> {
    return this.#call('patch', 'deployments', `patch deployment ${namespace}/${name}`, () =>
      this.#apis.apps.patchNamespacedDeployment(
        { namespace, name, body },
        patchInTime(PatchStrategy.MergePatch, TIMEOUT_MS),
      ),
    );
  }

  createRemediation(body: KubernetesObject): Promise<KubernetesObject> {
    const { namespace = '', name = '' } = body.metadata ?? {};
    return this.#call('create', RESOURCES.Remediation, `create remediation ${namespace}/${name}`, () =>
      this.#apis.custom.createNamespacedCustomObject({ ...remediations(namespace), body }, inTime(TIMEOUT_MS)),
    );
  }

  readRemediation(namespace: string, name: string): Promise<KubernetesObject | undefined> {
    return this.#call('get', RESOURCES.Remediation, `read remediation ${namespace}/${name}`, () =>
      this.#apis.custom.getNamespacedCustomObject({ ...remediations(namespace), name }, inTime(TIMEOUT_MS)),
    ).catch(undefinedWhenMissing);
  }

  /** Writes the status of exactly the version that `body` names. */
  replaceRemediationStatus(body: KubernetesObject): Promise<KubernetesObject> {
    const { namespace = '', name = '' } = body.metadata ?? {};
    const doing = `write status of remediation ${namespace}/${name}`;
    return this.#call('update', `${RESOURCES.Remediation}/status`, doing, () =>
      this.#apis.custom.replaceNamespacedCustomObjectStatus(
        { ...remediations(namespace), name, body },
        inTime(TIMEOUT_MS),
      ),
    );
  }

  async deleteRemediation({ namespace, name, uid }: ObjectRef): Promise<void> {
    const body = { preconditions: { uid } };
    await this.#call('delete', RESOURCES.Remediation, `delete remediation ${namespace}/${name}`, () =>
      this.#apis.custom.deleteNamespacedCustomObject({ ...remediations(namespace), name, body }, inTime(TIMEOUT_MS)),
    ).catch(undefinedWhenMissing);
  }

  /** Merges into the status of a policy; without `namespace` it is one of the cluster. */
  async patchPolicyStatus(namespace: string | undefined, name: string, status: object): Promise<void> {
    const plural = namespace === undefined ? RESOURCES.ClusterHealingPolicy : RESOURCES.HealingPolicy;
    const options = patchInTime(PatchStrategy.MergePatch, TIMEOUT_MS);
    const at = { group: GROUP, version: VERSION, plural, name, body: { status } };
    const { custom } = this.#apis;
    await this.#call('patch', `${plural}/status`, `write status of ${plural} ${name}`, () =>
      namespace === undefined
        ? custom.patchClusterCustomObjectStatus(at, options)
        : custom.patchNamespacedCustomObjectStatus({ ...at, namespace }, options),
    );
  }
}

function remediations(namespace: string): { group: string; version: string; plural: string; namespace: string } {
  return { group: GROUP, version: VERSION, plural: RESOURCES.Remediation, namespace };
}
