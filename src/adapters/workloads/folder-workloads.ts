import { access, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { messageOf, PreflightError } from '../../errors.ts';
import type { Workloads } from '../../ports/workloads.ts';

/** Workloads as folders: `<root>/<name>/manifests/*.yaml`, applied in the order of their file names, and charts. */
export class FolderWorkloads implements Workloads {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  async load(name: string): Promise<readonly unknown[]> {
    const folder = join(this.#root, name, 'manifests');
    const files = (await this.#list(folder, name)).filter((file) => /\.ya?ml$/.test(file)).sort();
    const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
    return texts.flatMap((text) => parseAllDocuments(text).map((document) => document.toJS() as unknown));
  }

  async chart(name: string, folder: string): Promise<string | null> {
    const path = join(this.#root, name, folder);
    const isChart = await access(join(path, 'Chart.yaml')).then(
      () => true,
      () => false,
    );
    return isChart ? path : null;
  }

  async #list(folder: string, name: string): Promise<string[]> {
    try {
      return await readdir(folder);
    } catch (error: unknown) {
      throw new PreflightError(`there is no workload ${name}: ${messageOf(error)}`, { cause: error });
    }
  }
}
