import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packLayer } from '../../oci/layer.ts';
import type { Versions } from '../../versions.ts';
import { type Distribution, findMirror } from './distribution.ts';
import type { BuildContext, Part } from './part.ts';

const NOT_NEEDED = ['var/cache/apt', 'var/lib/apt/lists', 'usr/share/doc', 'usr/share/man', 'usr/share/locale'];
const LOGS = ['var/log/bootstrap.log', 'var/log/dpkg.log', 'var/log/alternatives.log', 'var/cache/debconf'];

export interface DebianOptions {
  readonly distribution: Distribution;
  /** Packages are kept here, so that an interrupted attempt does not fetch them again. */
  readonly packageCache: string;
}

/** Root file system of the nodes, before anything of Kubernetes is put into it. */
export function nodeDebianPart(versions: Versions, options: DebianOptions): Part {
  return debianPart('node-debian', 'Debian for the nodes', 50, versions.debian.node, options);
}

/** Root file system for programs that call iptables, ipset, stress-ng and their like. */
export function toolsDebianPart(versions: Versions, options: DebianOptions): Part {
  return debianPart(
    'tools-debian',
    'Debian with network and stress tools',
    35,
    versions.debian.tools,
    options,
    (root) => [
      // The kernel that a pod meets decides which of the two works; the older one works on more of them.
      ['chroot', root, 'update-alternatives', '--set', 'iptables', '/usr/sbin/iptables-legacy'],
      ['chroot', root, 'update-alternatives', '--set', 'ip6tables', '/usr/sbin/ip6tables-legacy'],
      ['chroot', root, 'update-alternatives', '--set', 'ebtables', '/usr/sbin/ebtables-legacy'],
    ],
  );
}

function debianPart(
  id: string,
  title: string,
  expectedSeconds: number,
  packages: readonly string[],
  { distribution, packageCache }: DebianOptions,
  after: (root: string) => readonly (readonly string[])[] = () => [],
): Part {
  return {
    id,
    title,
    needs: [],
    inputs: { recipe: 1, packages, codename: distribution.codename, distribution: distribution.id, after: after('') },
    files: [],
    expectedSeconds,
    build: async (context) => {
      const root = join(context.work, 'root');
      await mkdir(packageCache, { recursive: true });
      const { codename, components } = distribution;
      const mirror = await findMirror(context.run, distribution);
      await context.run(
        'debootstrap',
        [
          '--variant=minbase',
          `--components=${components}`,
          `--include=${packages.join(',')}`,
          `--cache-dir=${packageCache}`,
          codename,
          root,
          mirror,
        ],
        { env: { DEBIAN_FRONTEND: 'noninteractive' } },
      );
      for (const [program = '', ...args] of after(root)) await context.run(program, args);
      await finishRoot(context, root);
    },
  };
}

async function finishRoot(context: BuildContext, root: string): Promise<void> {
  await writePackageList(context, root);
  for (const path of [...NOT_NEEDED, ...LOGS]) await rm(join(root, path), { recursive: true, force: true });
  await mkdir(join(root, 'var/cache/debconf'), { recursive: true });
  await packLayer(context.run, root, join(context.out, 'root.tar'), { keepOwners: true });
}

/** What is in a root file system, for the record of what really runs. */
async function writePackageList(context: BuildContext, root: string): Promise<void> {
  const { stdout } = await context.run('dpkg-query', ['--admindir', join(root, 'var/lib/dpkg'), '-W']);
  await writeFile(join(context.out, 'packages.txt'), stdout);
}

const USER_ID = 65532;

/** The smallest root file system in which Node.js runs: the C and C++ libraries, time zones, and an unprivileged user. */
export function runtimePart(versions: Versions, distribution: Distribution, nodeProgram: NodeProgram): Part {
  return {
    id: 'runtime',
    title: `Node.js ${nodeProgram.version} runtime`,
    needs: [],
    inputs: {
      recipe: 1,
      packages: versions.debian.runtime,
      codename: distribution.codename,
      node: nodeProgram.version,
    },
    files: [],
    expectedSeconds: 10,
    build: async (context) => {
      const root = join(context.work, 'root');
      await mkdir(root);
      await context.run('apt-get', ['download', ...versions.debian.runtime], { cwd: context.work });
      const archives = (await readdir(context.work)).filter((name) => name.endsWith('.deb')).toSorted();
      for (const name of archives) await context.run('dpkg-deb', ['-x', join(context.work, name), root]);
      await writeFile(join(context.out, 'packages.txt'), archives.map(packageLine).join('\n'));
      await addUserAndNode(context, root, nodeProgram.path);
      for (const path of NOT_NEEDED) await rm(join(root, path), { recursive: true, force: true });
      await packLayer(context.run, root, join(context.out, 'root.tar'), { keepOwners: true });
    },
  };
}

export interface NodeProgram {
  readonly path: string;
  readonly version: string;
}

function packageLine(archive: string): string {
  const [name = '', version = ''] = archive.split('_');
  return `${name}\t${decodeURIComponent(version)}`;
}

async function addUserAndNode(context: BuildContext, root: string, node: string): Promise<void> {
  for (const folder of ['etc', 'tmp', 'app', 'home/nonroot', 'usr/local/bin']) {
    await mkdir(join(root, folder), { recursive: true });
  }
  const user = `nonroot:x:${USER_ID}:${USER_ID}:nonroot:/home/nonroot:/sbin/nologin\n`;
  await writeFile(join(root, 'etc/passwd'), `root:x:0:0:root:/root:/sbin/nologin\n${user}`);
  await writeFile(join(root, 'etc/group'), `root:x:0:\nnonroot:x:${USER_ID}:\n`);
  await writeFile(join(root, 'etc/nsswitch.conf'), 'hosts: files dns\n');
  await context.run('install', ['-m', '0755', node, join(root, 'usr/local/bin/node')]);
  await context.run('chown', ['-R', '0:0', root]);
  await context.run('chown', [`${USER_ID}:${USER_ID}`, join(root, 'home/nonroot')]);
  await context.run('chmod', ['1777', join(root, 'tmp')]);
}
