import { existsSync, globSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Folders whose files documents name. What runs leave behind in `reports` is not there beforehand. */
const FOLDERS = [
  ...['src', 'lab', 'healer', 'janitor', 'workloads', 'test', 'bench', 'scripts', 'docs', 'scenarios', 'steady-state'],
  ...['schema', 'clusters', '.ci', '.github'],
  // Those that have moved: old habits name them still.
  ...['airgap', 'deploy', 'receiver'],
];
const FENCED = /^```[\s\S]*?^```/gm;
const LINK = /\]\(([^)\s#]+)(?:#[^)\s]*)?\)/g;
const INLINE_CODE = /`([^`\n]+)`/g;
const ELSEWHERE = /^([a-z]+:|#)/;

/** Paths of this repository that a document names, in links and in inline code. */
export interface NamedPaths {
  /** Relative to the document. */
  readonly links: readonly string[];
  /** Relative to the repository, or to the folder of the document. */
  readonly code: readonly string[];
}

export function pathsIn(markdown: string): NamedPaths {
  const text = markdown.replaceAll(FENCED, '');
  const links = [...text.matchAll(LINK)].flatMap(([, target = '']) => (ELSEWHERE.test(target) ? [] : [target]));
  const words = [...text.matchAll(INLINE_CODE)].flatMap(([, code = '']) => code.split(/\s+/));
  return { links, code: words.filter((word) => FOLDERS.some((folder) => word.startsWith(`${folder}/`))) };
}

/** Those of them that lead nowhere; `<name>` and `*` stand for anything, `{a,b}` for each. */
export function deadPaths(root: string, document: string, markdown: string): string[] {
  const { links, code } = pathsIn(markdown);
  const home = join(root, dirname(document));
  return [
    ...links.filter((path) => !existsSync(join(home, path))),
    ...code.flatMap(eachOf).filter((path) => ![root, home].some((folder) => isThere(folder, path))),
  ];
}

function eachOf(path: string): string[] {
  const [, before = '', choices, after = ''] = /^(.*?)\{([^}]*)\}(.*)$/.exec(path) ?? [];
  return choices === undefined ? [path] : choices.split(',').flatMap((choice) => eachOf(before + choice + after));
}

function isThere(folder: string, path: string): boolean {
  return globSync(path.replaceAll(/<[^>]+>/g, '*'), { cwd: folder }).length > 0;
}
