import { appendFile, copyFile, cp, mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuildContext } from './part.ts';

export interface GoBuild {
  /** Folder with go.mod and go.sum of the part. */
  readonly folder: string;
  /** Import paths of the programs; each ends up under `bin/` with the last element of its path as name. */
  readonly programs: readonly string[];
  /** New names for programs, by the name that Go gives them. */
  readonly rename?: Readonly<Record<string, string>>;
  /** Values for string variables, by import path and name. */
  readonly variables?: Readonly<Record<string, string>>;
  readonly tags?: readonly string[];
  readonly cgo?: boolean;
  readonly args?: readonly string[];
}

/** Builds programs without debug information, all of them at once so that the linker uses every core. */
export async function goBuild(context: BuildContext, build: GoBuild): Promise<void> {
  const bin = join(context.out, 'bin');
  await mkdir(bin, { recursive: true });
  const variables = Object.entries(build.variables ?? {}).map(([name, value]) => `-X ${name}=${value}`);
  const tags = build.tags === undefined ? [] : ['-tags', build.tags.join(',')];
  const flags = ['-trimpath', '-ldflags', ['-s', '-w', ...variables].join(' '), ...tags, ...(build.args ?? [])];
  await context.run('go', ['build', ...flags, '-o', `${bin}/`, ...build.programs], {
    cwd: build.folder,
    env: { CGO_ENABLED: build.cgo === true ? '1' : '0' },
  });
  for (const [from, to] of Object.entries(build.rename ?? {})) await rename(join(bin, from), join(bin, to));
}

/** Folder of a module's source, read-only; it is fetched and checked against the part's go.sum first. */
export async function moduleFolder(context: BuildContext, folder: string, module: string): Promise<string> {
  await context.run('go', ['mod', 'download', module], { cwd: folder });
  const { stdout } = await context.run('go', ['list', '-m', '-f', '{{.Dir}}', module], { cwd: folder });
  return stdout.trim();
}

/**
 * A copy of the part in the scratch folder whose `module` is a writable copy of the source, for what cannot be built as it
 * is published: objects that are embedded but not shipped, a list of plug-ins to cut down.
 */
export async function withWritableSource(
  context: BuildContext,
  folder: string,
  module: string,
): Promise<{ readonly folder: string; readonly source: string }> {
  const original = await moduleFolder(context, folder, module);
  const copy = join(context.work, 'part');
  const source = join(copy, 'source');
  await mkdir(copy, { recursive: true });
  for (const name of ['go.mod', 'go.sum', 'tools.go']) await copyFile(join(folder, name), join(copy, name));
  await cp(original, source, { recursive: true });
  await context.run('chmod', ['-R', 'u+w', source]);
  await appendFile(join(copy, 'go.mod'), `\nreplace ${module} => ./source\n`);
  return { folder: copy, source };
}
