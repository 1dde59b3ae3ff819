import { type Document, LineCounter, parseAllDocuments } from 'yaml';
import type { z } from 'zod';
import { type Issue, messageOf } from '../../errors.ts';
import { quote } from '../fields/schema-fields.ts';
import { CHAOS_KINDS, OTHER_CHAOS_KINDS } from '../model/chaos-kinds.ts';
import type { ParamValues } from '../model/param-values.ts';
import { type Bound, bindParams, type GivenParams } from '../schema/params.ts';
import { SCHEMAS, type ScenarioDocument, type SteadyStateDocument } from '../schema/scenario-schema.ts';
import { didYouMean } from '../yaml/nearest.ts';
import { Source, type SourceFile } from '../yaml/source.ts';
import { yamlProblems } from '../yaml/yaml-rules.ts';
import { withoutBrokenParts, zodIssues } from '../yaml/zod-issues.ts';

/** Larger files are refused unread; a thousand scenarios fit. */
export const LARGEST_FILE_CHARACTERS = 1024 * 1024;

/** The YAML library takes seconds and then its whole stack for what no author writes. */
const MOST_OPEN_BRACKETS = 1_000;

/** A document with the way back to its place in the file; `document` is null where the schema does not accept it. */
export type ParsedDocument = ParsedAs<'Scenario', ScenarioDocument> | ParsedAs<'SteadyState', SteadyStateDocument>;

interface ParsedAs<Kind, Accepted> {
  readonly kind: Kind;
  readonly document: Accepted | null;
  /** What the author wrote, as plain data, with parameters put in. */
  readonly data: unknown;
  /** What the parameters stood for. */
  readonly params: ParamValues;
  /** Formatted paths of values that a parameter without a value left open; nothing else can be said of them. */
  readonly unresolved: ReadonlySet<string>;
  readonly source: Source;
}

export interface ParsedFile {
  readonly documents: readonly ParsedDocument[];
  readonly issues: readonly Issue[];
}

/** Reads every document of a file and every problem in it; never throws, whatever the text. */
export function parseFile(file: SourceFile, given?: GivenParams): ParsedFile {
  const refusal = textProblem(file);
  if (refusal !== null) return { documents: [], issues: [refusal] };
  const text = file.text.replace(/^\uFEFF/, '');
  const lines = new LineCounter();
  try {
    return readDocuments({ path: file.path, text }, lines, given);
  } catch (error) {
    // The YAML library walks nesting recursively; nothing it throws may take the caller down.
    return {
      documents: [],
      issues: [{ file: file.path, line: 1, column: 1, path: '', message: `unreadable: ${messageOf(error)}` }],
    };
  }
}

function textProblem(file: SourceFile): Issue | null {
  if (file.text.length > LARGEST_FILE_CHARACTERS) {
    return issueAtIndex(file, 0, `larger than ${LARGEST_FILE_CHARACTERS / 1024 / 1024} MB`);
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is being refused
  const index = file.text.search(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffd]/);
  if (index !== -1) return issueAtIndex(file, index, 'not a UTF-8 text (or it holds a control character)');
  const bracket = indexOfBracket(file.text, MOST_OPEN_BRACKETS);
  return bracket === -1 ? null : issueAtIndex(file, bracket, `more than ${MOST_OPEN_BRACKETS} brackets open at once`);
}

/** Where the bracket stands that makes more than `most` open at once, or -1. */
function indexOfBracket(text: string, most: number): number {
  let open = 0;
  for (const { 0: bracket, index } of text.matchAll(/[[\]{}]/g)) {
    open = bracket === '[' || bracket === '{' ? open + 1 : Math.max(0, open - 1);
    if (open > most) return index;
  }
  return -1;
}

function issueAtIndex(file: SourceFile, index: number, message: string): Issue {
  const before = file.text.slice(0, index).split('\n');
  return { file: file.path, line: before.length, column: (before.at(-1)?.length ?? 0) + 1, path: '', message };
}

function readDocuments(file: SourceFile, lines: LineCounter, given: GivenParams | undefined): ParsedFile {
  const parsed = parseAllDocuments(file.text, {
    lineCounter: lines,
    prettyErrors: false,
    version: '1.2',
    // Done here in linear time, see yamlProblems.
    uniqueKeys: false,
    logLevel: 'error',
  });
  const documents: ParsedDocument[] = [];
  const issues: Issue[] = [];
  if (parsed.length === 0)
    issues.push({ file: file.path, line: 1, column: 1, path: '', message: 'expected a document, got an empty file' });
  for (const document of parsed) {
    const result = readDocument(file, lines, document, given);
    documents.push(...result.documents);
    issues.push(...result.issues);
  }
  return { documents, issues };
}

function readDocument(
  file: SourceFile,
  lines: LineCounter,
  yaml: Document.Parsed,
  given: GivenParams | undefined,
): ParsedFile {
  const source = new Source(file, lines, yaml);
  const syntax = [...yaml.errors, ...yaml.warnings].filter(({ code }) => code !== 'TAG_RESOLVE_FAILED');
  const rules = yamlProblems(yaml);
  const issues = [
    ...syntax.map((error) => source.issueAt(error.pos[0], [], syntaxMessage(error, file.text))),
    ...rules.map((problem) => source.issueAt(problem.offset, [], problem.message)),
  ];
  if (syntax.length > 0 || rules.some(({ isFatal }) => isFatal)) return { documents: [], issues };
  let data: unknown;
  try {
    data = yaml.toJS({ maxAliasCount: 100 });
  } catch (error) {
    return { documents: [], issues: [...issues, source.issue([], `too many aliases: ${messageOf(error)}`)] };
  }
  const bound = bindParams(data, given);
  const placed = new Source(file, lines, yaml, bound.shifts);
  const problems = bound.problems.map(({ path, message, atKey }) =>
    atKey === true ? placed.issueAtKey(path, message) : placed.issue(path, message),
  );
  const checked = checkedBySchema(bound, placed);
  return { documents: checked.documents, issues: [...issues, ...problems, ...checked.issues] };
}

function syntaxMessage(error: { code: string; message: string; pos: [number, number] }, text: string): string {
  const [at] = error.pos;
  // An unquoted `> 0.99` opens a folded text.
  const isBareComparison = /:\s*>=?\s*$/.test(text.slice(Math.max(0, at - 20), at)) && /[\d.]/.test(text[at] ?? '');
  return `invalid YAML: ${error.message}${isBareComparison ? '; quote a tolerance that begins with >' : ''}`;
}

function checkedBySchema({ data, values: params, unresolved }: Bound, source: Source): ParsedFile {
  if (data === null || data === undefined) return refused(source.issue([], 'expected a document, got an empty one'));
  if (typeof data !== 'object' || Array.isArray(data)) {
    return refused(source.issue([], `expected a mapping with apiVersion, kind, metadata and spec, got ${quote(data)}`));
  }
  const kind = 'kind' in data ? data.kind : undefined;
  const common = { data, source, params, unresolved };
  if (kind === 'Scenario') {
    const { value, issues } = accept(SCHEMAS.Scenario, data, source, unresolved);
    return { documents: [{ kind, document: value, ...common }], issues };
  }
  if (kind === 'SteadyState') {
    const { value, issues } = accept(SCHEMAS.SteadyState, data, source, unresolved);
    return { documents: [{ kind, document: value, ...common }], issues };
  }
  return refused(source.issue(['kind'], unknownKind(kind)));
}

/** What is broken is reported but does not hide what else is wrong: the rest is still read. */
function accept<T>(
  schema: z.ZodType<T>,
  data: unknown,
  source: Source,
  unresolved: ReadonlySet<string>,
): { value: T | null; issues: Issue[] } {
  const first = schema.safeParse(data);
  if (first.success) return { value: unresolved.size === 0 ? first.data : null, issues: [] };
  const second = schema.safeParse(withoutBrokenParts(first.error, data));
  const issues = zodIssues(first.error, source).filter(({ path }) => !unresolved.has(path));
  return { value: second.success && unresolved.size === 0 ? second.data : null, issues };
}

function unknownKind(kind: unknown): string {
  const kinds = Object.keys(SCHEMAS);
  const guess = chaosHint(kind) ?? (typeof kind === 'string' ? didYouMean(kind, kinds) : '');
  return `expected ${kinds.join(' or ')}, ${kind === undefined ? 'but it is missing' : `got ${quote(kind)}`}${guess}`;
}

/** An object of Chaos Mesh as it would be applied is no document here. */
function chaosHint(kind: unknown): string | null {
  const other = OTHER_CHAOS_KINDS.get(kind);
  if (other !== undefined) return `: ${other}`;
  return CHAOS_KINDS.some((known) => known === kind)
    ? ': its kind and spec stand below spec.fault.chaosMesh of a Scenario'
    : null;
}

function refused(issue: Issue): ParsedFile {
  return { documents: [], issues: [issue] };
}
