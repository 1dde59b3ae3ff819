import { dirname } from 'node:path';

/** A source file with the files that it imports, paths relative to the repository. */
export interface SourceFile {
  readonly path: string;
  readonly imports: readonly string[];
}

/** A folder with more sources than this is several folders. */
export const MOST_SOURCES = 24;

/** Groups of folders that import each other in a circle, also where only types cross; each sorted. */
export function foldersInCircles(files: readonly SourceFile[]): string[][] {
  const known = new Set(files.map(({ path }) => path));
  const edges = new Map<string, Set<string>>();
  for (const { path, imports } of files) {
    const from = dirname(path);
    const reached = edges.get(from) ?? new Set();
    for (const each of imports) if (known.has(each) && dirname(each) !== from) reached.add(dirname(each));
    edges.set(from, reached);
  }
  const reachable = new Map([...edges.keys()].map((folder) => [folder, reachableFrom(folder, edges)]));
  const circles = [...edges.keys()]
    .filter((folder) => reachable.get(folder)?.has(folder))
    .map((folder) => [...(reachable.get(folder) ?? [])].filter((other) => reachable.get(other)?.has(folder)).sort());
  return [...new Map(circles.map((circle) => [circle.join(), circle])).values()];
}

function reachableFrom(start: string, edges: ReadonlyMap<string, ReadonlySet<string>>): Set<string> {
  const seen = new Set<string>();
  const open = [start];
  for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
    for (const next of edges.get(folder) ?? []) {
      if (seen.has(next)) continue;
      seen.add(next);
      open.push(next);
    }
  }
  return seen;
}

/** Folders that hold too many sources, with how many. */
export function crowdedFolders(files: readonly SourceFile[]): [string, number][] {
  const sizes = new Map<string, number>();
  for (const { path } of files) sizes.set(dirname(path), (sizes.get(dirname(path)) ?? 0) + 1);
  return [...sizes].filter(([, size]) => size > MOST_SOURCES);
}
