import { describe } from 'vitest';
import { connect } from '../../src/adapters/kubernetes/connection.ts';
import { KubernetesApi } from '../../src/adapters/kubernetes/kube.ts';
import { loadKubeConfig } from '../../src/adapters/kubernetes/kube-config.ts';
import { ApiServer, findPrograms } from '../real-cluster/api-server.ts';
import { kubeContract } from './kube.contract.ts';

const programs = findPrograms();

describe.skipIf(typeof programs === 'string')('the runner', () => {
  kubeContract('kube-apiserver with etcd', async () => {
    if (typeof programs === 'string') throw new Error(programs);
    const server = await ApiServer.start(programs);
    const kube = new KubernetesApi(connect(loadKubeConfig(await server.kubeConfigFile('runner', 'admin-token'))));
    const namespace = 'healproof-contract';
    await kube.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    return { kube, namespace, [Symbol.asyncDispose]: () => server.stop() };
  });
});
