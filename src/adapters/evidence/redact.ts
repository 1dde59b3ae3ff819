const NAMES = 'password|passwd|passphrase|token|secret|api[_-]?key|access[_-]?key|private[_-]?key|credentials?';

/** Tells a secret by its shape. Each keeps enough around it to see what kind of thing was there. */
const SHAPES: readonly (readonly [RegExp, string])[] = [
  [/(https?:\/\/hooks\.slack(?:-gov)?\.com\/)[\w/-]+/gi, '$1[redacted]'],
  [/\bxox[a-z]-[\w-]{6,}/gi, '[redacted]'],
  [
    /\b(?:gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|A(?:KIA|SIA)[A-Z0-9]{16}|AIza[\w-]{30,})/g,
    '[redacted]',
  ],
  [/\b(bearer|basic)(\s+)(?=[\w.~+/=-]*\d)[\w.~+/=-]{6,}/gi, '$1$2[redacted]'],
  [/([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/@:"'\\]*:[^\s/@"'\\]+@/gi, '$1[redacted]@'],
  [/\beyJ[\w-]{8,}\.[\w-]{4,}(?:\.[\w-]*)?/g, '[redacted]'],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----/g, '[redacted]'],
  // A key of JSON, also of JSON inside a string of JSON, whose name ends like that of a secret.
  [
    new RegExp(
      `((\\\\{0,7}")[\\w.-]{0,40}(?:${NAMES}|client-key-data)\\2\\s*:\\s*\\2)(?!\\[redacted\\])(?:(?!\\2)(?:\\\\.|[^\\\\]))+(?=\\2)`,
      'gi',
    ),
    '$1[redacted]',
  ],
  // An environment variable in a manifest.
  [
    new RegExp(`("name"\\s*:\\s*"[\\w.-]{0,40}(?:${NAMES})"\\s*,\\s*"value"\\s*:\\s*")(?:[^"\\\\]|\\\\.)+(?=")`, 'gi'),
    '$1[redacted]',
  ],
  // `NAME=value` in a log or a command line. What PromQL compares with stands in quotes.
  [new RegExp(`\\b([\\w.-]{0,40}(?:${NAMES})=)(?![~"'\\\\]|\\[redacted\\])[^\\s"'\\\\,;&})]+`, 'gi'), '$1[redacted]'],
  // `name: value` in YAML; only where the value does not read like a word.
  [
    new RegExp(`\\b([\\w.-]{0,40}(?:${NAMES}):\\s+)(?=[^\\s"'\\\\,;]*\\d)(?![/\\[])[^\\s"'\\\\,;]{6,}`, 'gi'),
    '$1[redacted]',
  ],
];

/** Values of variables that are named for secrets, with which this process was started. */
export function secretValues(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  const name = new RegExp(`(?:${NAMES})$`, 'i');
  const values = Object.entries(env).flatMap(([key, value = '']) => (name.test(key) ? [value] : []));
  // Short ones are words, and a path is not what it leads to.
  return values.filter((value) => value.length >= 8 && !value.startsWith('/'));
}

const OWN_SECRETS = secretValues(process.env);

/**
 * Takes what looks like a secret out of a text: bearer and basic credentials, tokens of known makers, passwords in URLs,
 * JSON web tokens, private keys, values of keys and variables named for secrets, and the values of this process's own.
 * Keeps JSON valid.
 */
export function redact(text: string, ownSecrets: readonly string[] = OWN_SECRETS): string {
  const known = ownSecrets.reduce((rest, secret) => rest.replaceAll(secret, '[redacted]'), text);
  return SHAPES.reduce((rest, [shape, replacement]) => rest.replace(shape, replacement), known);
}

/** The same value without secrets, as JSON would carry it; nothing of what a Kubernetes Secret holds is kept. */
export function redactValue<T>(value: T): T {
  return JSON.parse(redactJson(value)) as T;
}

export function redactJson(value: unknown): string {
  return redact(JSON.stringify(value, emptySecrets));
}

/** What is said about a Secret, whole or as a patch of it: names stay, contents go. */
function emptySecrets(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !isAboutSecret(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withoutContents(key, each)]));
}

function isAboutSecret(value: object): boolean {
  const { kind, ref, target } = value as { kind?: unknown; ref?: { kind?: unknown }; target?: { kind?: unknown } };
  return [kind, ref?.kind, target?.kind].includes('Secret');
}

const CONTENTS: ReadonlySet<string> = new Set(['data', 'stringData']);

function withoutContents(key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (CONTENTS.has(key)) return Object.fromEntries(Object.keys(value).map((name) => [name, '[redacted]']));
  if (Array.isArray(value)) return value.map((each) => withoutContents('', each));
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, withoutContents(name, each)]));
}
