import { dirname } from 'node:path';
import { isMap, isScalar, LineCounter, parseDocument, type Scalar, type YAMLMap } from 'yaml';
import type { Issue } from '../errors.ts';
import { didYouMean } from '../scenario/yaml/nearest.ts';
import { Source, type SourceFile, valueAt } from '../scenario/yaml/source.ts';
import { SETTINGS } from './config-settings.ts';
import { NODE_COMMANDS_KEY, type NodeCommandSettings, readNodeCommands } from './node-command-settings.ts';

export interface FileEntry {
  readonly text: string;
  readonly line: number;
  readonly column: number;
}

/** A configuration file taken apart: dotted setting → text with its place. */
export interface ConfigFile {
  readonly path: string;
  readonly entries: ReadonlyMap<string, FileEntry>;
  /** They stand in the file only; null where it has none, or wrong ones. */
  readonly nodeCommands: NodeCommandSettings | null;
  readonly issues: readonly Issue[];
}

/** Pure: what the text says, and every key that no setting has. */
export function readConfigText(source: SourceFile): ConfigFile {
  const lines = new LineCounter();
  const document = parseDocument(source.text, { lineCounter: lines });
  const reading: Reading = { file: source.path, lines, entries: new Map(), issues: [] };
  for (const problem of [...document.errors, ...document.warnings]) {
    report(reading, problem.pos[0], '', problem.message.split('\n')[0] ?? 'not valid YAML');
  }
  if (isMap(document.contents)) readMap(reading, document.contents, '');
  else if (document.contents !== null) report(reading, 0, '', 'expected settings, one key each');
  const { entries, issues } = reading;
  const file = { path: source.path, entries };
  if (issues.length > 0 || !isMap(document.contents) || !document.contents.has(NODE_COMMANDS_KEY))
    return { ...file, nodeCommands: null, issues };
  const written = valueAt(document.toJS(), [NODE_COMMANDS_KEY]);
  const { commands, issues: wrong } = readNodeCommands(
    written,
    dirname(source.path),
    new Source(source, lines, document),
  );
  return { ...file, nodeCommands: commands, issues: wrong };
}

interface Reading {
  readonly file: string;
  readonly lines: LineCounter;
  readonly entries: Map<string, FileEntry>;
  readonly issues: Issue[];
}

function readMap(reading: Reading, map: YAMLMap, prefix: string): void {
  for (const { key, value } of map.items) {
    if (!isScalar(key)) continue;
    const path = `${prefix}${String(key.value)}`;
    if (path === NODE_COMMANDS_KEY) continue;
    if (isMap(value) && isSection(path)) readMap(reading, value, `${path}.`);
    else readValue(reading, path, key, value);
  }
}

function readValue(reading: Reading, path: string, key: Scalar, value: unknown): void {
  if (!Object.hasOwn(SETTINGS, path)) {
    report(
      reading,
      offsetOf(key),
      path,
      `unknown key${didYouMean(path, [...Object.keys(SETTINGS), NODE_COMMANDS_KEY])}`,
    );
  } else if (isScalar(value) && value.value !== null) {
    reading.entries.set(path, { text: String(value.value), ...placeAt(reading.lines, offsetOf(value)) });
  } else {
    report(reading, offsetOf(key), path, 'expected a single value');
  }
}

function report(reading: Reading, offset: number, path: string, message: string): void {
  reading.issues.push({ file: reading.file, ...placeAt(reading.lines, offset), path, message });
}

function placeAt(lines: LineCounter, offset: number): { line: number; column: number } {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(line, 1), column: Math.max(col, 1) };
}

function isSection(path: string): boolean {
  return Object.keys(SETTINGS).some((key) => key.startsWith(`${path}.`));
}

function offsetOf(node: Scalar): number {
  return node.range?.[0] ?? 0;
}
