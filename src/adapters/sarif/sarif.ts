import type { Issue } from '../../errors.ts';

/** Static Analysis Results Interchange Format, the part of it that is needed here. */
export interface SarifLog {
  readonly $schema: string;
  readonly version: '2.1.0';
  readonly runs: readonly unknown[];
}

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

/** Problems in scenario files as SARIF 2.1.0. Paths are relative to the project folder. */
export function sarifLog(issues: readonly Issue[], version: string): SarifLog {
  const ids = [...new Set(issues.map(ruleOf))].sort();
  const rules = ids.map((id) => ({ id, shortDescription: { text: descriptionOf(id) } }));
  const driver = { name: 'healproof', version, rules };
  const results = issues.map((issue) => resultOf(issue, ids));
  return {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [{ tool: { driver }, columnKind: 'unicodeCodePoints', results }],
  };
}

const WHOLE_FILE = 'healproof/file';

/** The part of a document that is wrong, e.g. `healproof/spec.recovery`: stable, whatever the message says. */
export function ruleOf({ path }: Issue): string {
  const [section = '', field] = path.split(/[.[]/);
  if (section === '') return WHOLE_FILE;
  return field === undefined || field === '' ? `healproof/${section}` : `healproof/${section}.${field}`;
}

function descriptionOf(id: string): string {
  if (id === WHOLE_FILE) return 'The file cannot be read as scenarios.';
  return `${id.slice('healproof/'.length)} is not valid.`;
}

function resultOf(issue: Issue, ids: readonly string[]): unknown {
  const { file, line, column, path, message } = issue;
  const ruleId = ruleOf(issue);
  return {
    ruleId,
    ruleIndex: ids.indexOf(ruleId),
    level: 'error',
    message: { text: path === '' ? message : `${path}: ${message}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(file), uriBaseId: '%SRCROOT%' },
          region: { startLine: line, startColumn: column },
        },
      },
    ],
  };
}

function uriOf(file: string): string {
  return file.split(/[\\/]/).map(encodeURIComponent).join('/');
}
