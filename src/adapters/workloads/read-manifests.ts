import { LineCounter, parseAllDocuments } from 'yaml';
import type { Issue } from '../../errors.ts';
import { manifestProblems } from '../../scenario/fields/manifest.ts';
import { Source, type SourceFile } from '../../scenario/yaml/source.ts';

export interface ReadManifests {
  readonly objects: readonly unknown[];
  /** Whatever is wrong with names and labels, at its place. */
  readonly issues: readonly Issue[];
}

/** Pure: the objects of a manifest file. */
export function readManifests(file: SourceFile): ReadManifests {
  const lines = new LineCounter();
  const documents = [...parseAllDocuments(file.text, { lineCounter: lines })];
  const read = documents.map((document) => {
    const object: unknown = document.toJS();
    const source = new Source(file, lines, document);
    return { object, issues: manifestProblems(object).map(({ path, message }) => source.issue(path, message)) };
  });
  return { objects: read.map(({ object }) => object), issues: read.flatMap(({ issues }) => issues) };
}
