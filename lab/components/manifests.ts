import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { InternalError } from '../../src/errors.ts';
import type { KubeObject, KubeRef } from '../../src/ports/kube.ts';

/** On pod templates: a hash of all that decides what the pods do, so that a change of it rolls them out. */
const CONTENT_ANNOTATION = 'healproof.dev/content';
const TEMPLATED = new Set(['Deployment', 'DaemonSet', 'StatefulSet']);

/** Objects of the YAML files directly in a folder, in the order of the file names. */
export async function loadManifests(folder: string): Promise<KubeObject[]> {
  const names = (await readdir(folder)).filter((name) => /\.ya?ml$/.test(name)).sort();
  const texts = await Promise.all(names.map(async (name) => readFile(join(folder, name), 'utf8')));
  return texts.flatMap((text, index) => parseManifests(join(folder, names[index] ?? ''), text));
}

function parseManifests(file: string, text: string): KubeObject[] {
  return parseAllDocuments(text).flatMap((document) => {
    const [error] = document.errors;
    if (error !== undefined) throw new InternalError(`${file}: ${error.message}`);
    return document.contents === null ? [] : [document.toJS() as KubeObject];
  });
}

/** Pure: the same objects, their pod templates marked with the content hash. */
export function stamp(objects: readonly KubeObject[], content: string): KubeObject[] {
  return objects.map((object) => (TEMPLATED.has(object.kind) ? stampTemplate(object, content) : object));
}

function stampTemplate(object: KubeObject, content: string): KubeObject {
  const spec = object.spec as { readonly template: { readonly metadata?: KubeObject['metadata'] } };
  const metadata = spec.template.metadata;
  const annotations = { ...metadata?.annotations, [CONTENT_ANNOTATION]: content };
  return { ...object, spec: { ...spec, template: { ...spec.template, metadata: { ...metadata, annotations } } } };
}

/** What must be rolled out before a component counts as running. */
export function workloadsIn(objects: readonly KubeObject[]): KubeRef[] {
  return objects.filter(({ kind }) => TEMPLATED.has(kind)).map(refOf);
}

export function refOf({ apiVersion, kind, metadata: { name, namespace } }: KubeObject): KubeRef {
  return { apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) };
}

/** Short hash of anything that JSON can hold. */
export function contentHash(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);
}

/** Hash over the names and contents of all files below a folder. */
export async function folderHash(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const hash = createHash('sha256');
  for (const file of files.sort()) hash.update(`${file.slice(folder.length)}\0`).update(await readFile(file));
  return hash.digest('hex').slice(0, 16);
}
