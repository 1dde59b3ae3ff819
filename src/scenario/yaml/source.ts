import {
  type Document,
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  type LineCounter,
  type Node,
  type Pair,
} from 'yaml';
import type { Issue } from '../../errors.ts';

/** A file as it was read; its path is only used in messages. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** Text of a file by its path from the project folder, or null where there is none. */
export type ReadText = (path: string) => string | null;

export type Path = readonly (string | number)[];

export function formatPath(path: Path): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    return text === '' ? key : `${text}.${key}`;
  }, '');
}

/** What stands at `path` in plain data; undefined where there is nothing. */
export function valueAt(data: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, key) => {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    return Reflect.get(value, key);
  }, data);
}

/** By formatted path: the index in the author's text of a character of the text with parameters put in. */
export type Shifts = ReadonlyMap<string, (index: number) => number>;

/** Where things stand in one YAML document of a file. */
export class Source {
  readonly file: string;
  readonly #text: string;
  readonly #lines: LineCounter;
  readonly #document: Document.Parsed;
  readonly #shifts: Shifts;

  constructor(file: SourceFile, lines: LineCounter, document: Document.Parsed, shifts: Shifts = new Map()) {
    this.file = file.path;
    this.#text = file.text;
    this.#lines = lines;
    this.#document = document;
    this.#shifts = shifts;
  }

  /** A problem with the value at `path`, or with the nearest thing above it that exists. */
  issue(path: Path, message: string): Issue {
    return this.issueAt(this.#offsetOf(path), path, message);
  }

  /** A problem with the key at the end of `path`. */
  issueAtKey(path: Path, message: string): Issue {
    const key = this.#pairAt(path)?.key;
    return this.issueAt(offsetOfNode(key) ?? this.#offsetOf(path), path, message);
  }

  /** A problem `index` characters into the text at `path`, counted with parameters put in; exact where that text stands in one piece on its line. */
  issueInText(path: Path, index: number, message: string): Issue {
    const node = this.#nodeAt(path);
    const start = this.#offsetOf(path);
    const written = this.#shifts.get(formatPath(path))?.(index) ?? index;
    if (!isScalar(node) || typeof node.value !== 'string') return this.issueAt(start, path, message);
    return this.issueAt(
      start + indexInSource(this.#text.slice(start, node.range?.[1]), node.value, written),
      path,
      message,
    );
  }

  issueAt(offset: number, path: Path, message: string): Issue {
    const { line, col } = this.#lines.linePos(offset);
    return { file: this.file, line: Math.max(line, 1), column: Math.max(col, 1), path: formatPath(path), message };
  }

  #offsetOf(path: Path): number {
    for (let depth = path.length; depth > 0; depth -= 1) {
      const shorter = path.slice(0, depth);
      const offset = offsetOfNode(this.#nodeAt(shorter)) ?? offsetOfNode(this.#pairAt(shorter)?.key);
      if (offset !== undefined) return depth === path.length ? offset : (this.#startOfMapping(shorter) ?? offset);
    }
    return offsetOfNode(this.#document.contents) ?? this.#document.range[0];
  }

  // For something missing inside a mapping the key that opens it says more than its first child does.
  #startOfMapping(path: Path): number | undefined {
    return offsetOfNode(this.#pairAt(path)?.key);
  }

  #nodeAt(path: Path): Node | undefined {
    let node: unknown = this.#document.contents;
    for (const key of path) node = isCollection(node) ? childOf(node, key) : undefined;
    return isNode(node) ? node : undefined;
  }

  #pairAt(path: Path): Pair | undefined {
    const parent = this.#nodeAt(path.slice(0, -1));
    return isMap(parent) ? pairOf(parent, path.at(-1)) : undefined;
  }
}

function pairOf(map: { items: readonly unknown[] }, key: string | number | undefined): Pair | undefined {
  return map.items.filter(isPair).find((pair) => isScalar(pair.key) && String(pair.key.value) === String(key));
}

function childOf(node: unknown, key: string | number): unknown {
  if (isSeq(node)) return node.items[Number(key)];
  return isMap(node) ? pairOf(node, key)?.value : undefined;
}

function offsetOfNode(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}

/** Best effort for folded and block texts: their words stand in the source in the same order, only the space between differs. */
function indexInSource(source: string, value: string, index: number): number {
  const direct = source.indexOf(value);
  if (direct !== -1) return direct + index;
  let at = /^(?:[|>][^\n]*\n\s*|["'])/.exec(source)?.[0].length ?? 0;
  for (let seen = 0; seen < index; seen += 1) {
    const isSpace = /\s/.test(value[seen] ?? '');
    if (!isSpace) at += isEscape(source, at) ? 2 : 1;
    else if (!/\s/.test(value[seen + 1] ?? '')) at += /^\s*/.exec(source.slice(at))?.[0].length ?? 0;
  }
  return Math.min(at, Math.max(source.length - 1, 0));
}

function isEscape(source: string, at: number): boolean {
  return source[at] === '\\' || source.startsWith("''", at);
}
