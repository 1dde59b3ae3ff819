import { copyFile, cp, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Versions } from '../../versions.ts';
import { goBuild, withWritableSource } from './go-build.ts';
import type { BuildContext, Part } from './part.ts';

const FAKE_CLOCKS = ['fake_clock_gettime', 'fake_gettimeofday'];

/** Chaos Mesh: controller, daemon and its helper, and the chart with the resource definitions that fit them. */
export function chaosMeshPart(versions: Versions, modulesFolder: string): Part {
  const { module, version } = versions.modules['chaos-mesh'];
  const api = versions.modules['chaos-mesh-api'];
  const folder = join(modulesFolder, 'chaos-mesh');
  return {
    id: 'chaos-mesh',
    title: `Chaos Mesh ${version}`,
    needs: ['controller-gen'],
    inputs: { recipe: 1, version, api: api.version },
    files: [folder],
    expectedSeconds: 180,
    build: async (context) => {
      const copy = await withWritableSource(context, folder, module);
      await compileFakeClocks(context, copy.source);
      await goBuild(context, {
        folder: copy.folder,
        programs: ['chaos-controller-manager', 'chaos-daemon', 'chaos-daemon-helper'].map((n) => `${module}/cmd/${n}`),
        rename: { 'chaos-daemon-helper': 'cdh' },
        variables: { [`${module}/pkg/version.gitVersion`]: version },
        cgo: true,
      });
      const pause = join(copy.source, 'hack', 'pause.c');
      await context.run('gcc', ['-O2', '-static', '-o', join(context.out, 'bin', 'pause'), pause]);
      await writeChart(context, copy, api.module);
    },
  };
}

/** The daemon embeds these objects, which the published module does not hold. */
async function compileFakeClocks(context: BuildContext, source: string): Promise<void> {
  const model = process.arch === 'arm64' ? ['-mcmodel=tiny'] : [];
  const folder = join(source, 'pkg', 'time', 'fakeclock');
  for (const name of FAKE_CLOCKS) {
    const files = ['-o', join(folder, `${name}.o`), join(folder, `${name}.c`)];
    await context.run('gcc', ['-c', '-fPIE', '-O2', ...model, ...files]);
  }
}

/**
 * The chart's definitions are older than the types it is built with, and what they do not know is cut out of every
 * object: so they are generated from the very types that the controller was compiled with.
 */
async function writeChart(
  context: BuildContext,
  copy: { readonly folder: string; readonly source: string },
  apiModule: string,
): Promise<void> {
  const chart = join(context.out, 'chart');
  await cp(join(copy.source, 'helm', 'chaos-mesh'), chart, { recursive: true });
  const crds = join(context.work, 'crds');
  await mkdir(crds);
  const generator = join(context.outputOf('controller-gen'), 'bin', 'controller-gen');
  const args = ['crd:maxDescLen=0', `paths=${apiModule}/v1alpha1`, `output:crd:dir=${crds}`];
  await context.run(generator, args, { cwd: copy.folder });
  for (const name of await readdir(crds)) await copyFile(join(crds, name), join(chart, 'crds', name));
}

/** What stands in for helpers of the daemon that are published as binaries only. */
export function chaosHelpersPart(modulesFolder: string): Part {
  const folder = join(modulesFolder, 'chaos-helpers');
  return {
    id: 'chaos-helpers',
    title: 'stand-ins for Chaos Mesh helpers',
    needs: [],
    inputs: { recipe: 1 },
    files: [folder],
    expectedSeconds: 1,
    build: async ({ run, out }) => {
      const bin = join(out, 'bin');
      await mkdir(bin);
      await run('gcc', ['-O2', '-Wall', '-Werror', '-static', '-o', join(bin, 'nsexec'), join(folder, 'nsexec.c')]);
      await copyFile(join(folder, 'memStress'), join(bin, 'memStress'));
    },
  };
}
