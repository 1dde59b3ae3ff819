import { chmod, cp, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ifAbsent } from '../../../../src/absent.ts';
import { packLayer } from '../../oci/layer.ts';
import type { Versions } from '../../versions.ts';
import { moduleFolder } from './go-build.ts';
import type { BuildContext, Part } from './part.ts';

const CNI_PLUGINS = ['host-local', 'loopback', 'portmap', 'ptp'];

/** Unit links that make no sense in a container, or that would reach out of it. */
const UNWANTED_LINKS: readonly (readonly [folder: string, pattern: RegExp])[] = [
  ['usr/lib/systemd/system/sysinit.target.wants', /^systemd-tmpfiles-setup\.service$/],
  ['usr/lib/systemd/system/multi-user.target.wants', /./],
  ['usr/lib/systemd/system/local-fs.target.wants', /./],
  ['usr/lib/systemd/system/sockets.target.wants', /udev|initctl/],
  ['usr/lib/systemd/system/basic.target.wants', /./],
];

const SERVICES = ['kubelet.service', 'containerd.service', 'undo-mount-hacks.service', 'healproof-cgroup.service'];

/** Root file system of a node in the layout that kind expects, with Kubernetes and containerd, without images. */
export function nodeRootfsPart(versions: Versions, modulesFolder: string): Part {
  const files = join(modulesFolder, 'node');
  return {
    id: 'node-rootfs',
    title: 'root file system of the nodes',
    needs: ['node-debian', 'kubernetes', 'containerd', 'cni-plugins', 'kind'],
    inputs: { recipe: 1, version: versions.tags.kubernetes, cni: versions.own.cni },
    files: [files],
    expectedSeconds: 15,
    build: async (context) => {
      const root = join(context.work, 'root');
      await mkdir(root);
      await context.run('tar', ['-xf', join(context.outputOf('node-debian'), 'root.tar'), '-C', root]);
      await removeUnwantedLinks(root);
      await copyKindFiles(context, root, join(modulesFolder, 'kind'), versions.modules.kind.module);
      await installPrograms(context, root);
      await installOwnFiles(context, root, files, versions);
      await configure(context, root);
      await packLayer(context.run, root, join(context.out, 'root.tar'), { keepOwners: true });
    },
  };
}

async function removeUnwantedLinks(root: string): Promise<void> {
  const etc = join(root, 'etc/systemd/system');
  const wants = (await readdir(etc)).filter((name) => name.endsWith('.wants'));
  const all = [...UNWANTED_LINKS, ...wants.map((name) => [join('etc/systemd/system', name), /./] as const)];
  for (const [folder, pattern] of all) {
    const names = await readdir(join(root, folder)).catch(ifAbsent([]));
    for (const name of names) if (pattern.test(name)) await rm(join(root, folder, name));
  }
}

/** Entry point, unit files and configuration come from kind's own module, at the version of the kind that starts the node. */
async function copyKindFiles(context: BuildContext, root: string, folder: string, module: string): Promise<void> {
  const source = join(await moduleFolder(context, folder, module), 'images', 'base', 'files');
  await cp(source, root, { recursive: true, force: true, mode: 0 });
  for (const path of ['kind', 'etc/containerd', 'etc/systemd', 'etc/sysctl.d', 'etc/default', 'usr/local/bin']) {
    await context.run('chmod', ['-R', 'u+w', join(root, path)]);
  }
  for (const path of ['usr/local/bin', 'kind/bin']) {
    for (const name of await readdir(join(root, path))) await chmod(join(root, path, name), 0o755);
  }
}

async function installPrograms(context: BuildContext, root: string): Promise<void> {
  const install = (part: string, names: readonly string[], folder: string): Promise<unknown> =>
    context.run('install', [
      '-D',
      '-m',
      '0755',
      '-t',
      join(root, folder),
      ...names.map((name) => join(context.outputOf(part), 'bin', name)),
    ]);
  await install('containerd', ['containerd', 'containerd-shim-runc-v2', 'ctr'], 'usr/local/bin');
  await install('kubernetes', ['kubeadm', 'kubectl', 'kubelet'], 'usr/bin');
  await install('cni-plugins', CNI_PLUGINS, 'opt/cni/bin');
}

async function installOwnFiles(context: BuildContext, root: string, files: string, versions: Versions): Promise<void> {
  for (const folder of ['kind/manifests', 'kind/images', 'etc/cni/net.d', 'etc/kubernetes/manifests']) {
    await mkdir(join(root, folder), { recursive: true });
  }
  await context.run('install', [
    '-m',
    '0644',
    join(files, 'healproof-cgroup.service'),
    join(root, 'etc/systemd/system'),
  ]);
  await context.run('install', ['-m', '0755', join(files, 'remove-missing-cgroups'), join(root, 'usr/local/bin')]);
  const cni = await readFile(join(files, 'default-cni.yaml'), 'utf8');
  await writeFile(join(root, 'kind/manifests/default-cni.yaml'), cni.replace('@CNI_VERSION@', versions.own.cni));
  await cp(join(files, 'default-storage.yaml'), join(root, 'kind/manifests/default-storage.yaml'));
  await writeFile(join(root, 'kind/version'), versions.tags.kubernetes);
  // A node that is not a container has no entry point that would write this, and the container hook wants it.
  await writeFile(join(root, 'kind/product_name'), 'kind\n');
}

async function configure(context: BuildContext, root: string): Promise<void> {
  const chroot = (...args: readonly string[]) => context.run('chroot', [root, ...args]);
  await writeFile(join(root, 'etc/systemd/journald.conf'), '[Journal]\nReadKMsg=no\n');
  await rm(join(root, 'usr/sbin/init'), { force: true });
  await symlink('/usr/lib/systemd/systemd', join(root, 'usr/sbin/init'));
  await chroot('systemctl', 'enable', ...SERVICES);
  await chroot('systemctl', 'mask', 'systemd-binfmt.service');
  const { stdout } = await chroot('/usr/local/bin/ctr', 'oci', 'spec');
  await writeFile(join(root, 'etc/containerd/cri-base.json'), JSON.stringify(baseSpec(JSON.parse(stdout)), null, 2));
  // A machine may refuse to lower the score of a process; Kubernetes runs without it.
  const config = join(root, 'etc/containerd/config.toml');
  const text = await readFile(config, 'utf8');
  await writeFile(config, text.replace('restrict_oom_score_adj = false', 'restrict_oom_score_adj = true'));
}

const ociSpec = z.looseObject({
  process: z.looseObject({}),
  hooks: z.looseObject({ createContainer: z.array(z.unknown()).optional() }).optional(),
});

/** Every container sees the node's product files instead of the machine's, and inherits no limits from here. */
function baseSpec(raw: unknown): unknown {
  const spec = ociSpec.parse(raw);
  const { rlimits: _dropped, ...process } = spec.process;
  const createContainer = [...(spec.hooks?.createContainer ?? []), { path: '/kind/bin/mount-product-files.sh' }];
  return { ...spec, process, hooks: { ...spec.hooks, createContainer } };
}
