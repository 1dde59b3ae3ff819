import { join } from 'node:path';
import type { Versions } from '../../versions.ts';
import { goBuild, moduleFolder } from './go-build.ts';
import type { Part } from './part.ts';

const PROGRAMS = [
  'kube-apiserver',
  'kube-controller-manager',
  'kube-proxy',
  'kube-scheduler',
  'kubeadm',
  'kubectl',
  'kubelet',
];

/** Kubernetes itself, and the pause program that its module ships as C. */
export function kubernetesPart(versions: Versions, modulesFolder: string): Part {
  const { module, version } = versions.modules.kubernetes;
  const folder = join(modulesFolder, 'kubernetes');
  const variables = versionVariables(version);
  return {
    id: 'kubernetes',
    title: `Kubernetes ${version}`,
    needs: [],
    inputs: { recipe: 1, programs: PROGRAMS, variables },
    files: [folder],
    expectedSeconds: 330,
    build: async (context) => {
      await goBuild(context, { folder, programs: PROGRAMS.map((name) => `${module}/cmd/${name}`), variables });
      const source = join(await moduleFolder(context, folder, module), 'build', 'pause', 'linux', 'pause.c');
      const define = `-DVERSION=${versions.tags.pause.at(-1) ?? ''}`;
      await context.run('gcc', ['-Os', '-Wall', '-static', define, '-o', join(context.out, 'bin', 'pause'), source]);
    },
  };
}

/** kubeadm compares these with the version it is asked to install; without them it refuses. */
function versionVariables(version: string): Record<string, string> {
  const [major = '', minor = ''] = version.replace('v', '').split('.');
  const values = { gitVersion: version, gitMajor: major, gitMinor: minor };
  return Object.fromEntries(
    ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'].flatMap((path) =>
      Object.entries(values).map(([name, value]) => [`${path}.${name}`, value]),
    ),
  );
}
