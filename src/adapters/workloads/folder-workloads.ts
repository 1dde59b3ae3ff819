import { access, readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ifAbsent } from '../../absent.ts';
import { messageOf, PreflightError, ScenarioError } from '../../errors.ts';
import type { Workloads } from '../../ports/workloads.ts';
import { readManifests } from './read-manifests.ts';

/** Workloads as folders: `<root>/<name>/manifests/*.yaml`, applied in the order of their file names, charts, and `rules/*.yaml`. */
export class FolderWorkloads implements Workloads {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  async load(name: string): Promise<readonly unknown[]> {
    const folder = join(this.#root, name, 'manifests');
    const files = (await this.#list(folder, name)).filter((file) => /\.ya?ml$/.test(file)).sort();
    const shown = join(basename(this.#root), name, 'manifests');
    const read = await Promise.all(
      files.map(async (file) =>
        readManifests({ path: join(shown, file), text: await readFile(join(folder, file), 'utf8') }),
      ),
    );
    const issues = read.flatMap((file) => file.issues);
    if (issues.length > 0) throw new ScenarioError(issues);
    return read.flatMap(({ objects }) => objects);
  }

  async chart(name: string, folder: string): Promise<string | null> {
    const path = join(this.#root, name, folder);
    const isChart = await access(join(path, 'Chart.yaml')).then(
      () => true,
      () => false,
    );
    return isChart ? path : null;
  }

  rules(name: string): Promise<ReadonlyMap<string, string>> {
    return rulesIn(join(this.#root, name, 'rules'));
  }

  async #list(folder: string, name: string): Promise<string[]> {
    try {
      return await readdir(folder);
    } catch (error: unknown) {
      throw new PreflightError(`there is no workload ${name}: ${messageOf(error)}`, { cause: error });
    }
  }
}

/** Text by name of the YAML files in a folder; none where it is not there. */
async function rulesIn(folder: string): Promise<ReadonlyMap<string, string>> {
  const names = await readdir(folder).catch(ifAbsent([]));
  const files = names.filter((name) => /\.ya?ml$/.test(name)).sort();
  return new Map(
    await Promise.all(files.map(async (file) => [file, await readFile(join(folder, file), 'utf8')] as const)),
  );
}
