/** Tells a secret by its shape. Each keeps enough around it to see what kind of thing was there. */
const SHAPES: readonly (readonly [RegExp, string])[] = [
  [/(https?:\/\/hooks\.slack(?:-gov)?\.com\/)[\w/-]+/gi, '$1[redacted]'],
  [/\bxox[a-z]-[\w-]{6,}/gi, '[redacted]'],
  [/\b(bearer|basic)(\s+)(?=[\w.~+/=-]*\d)[\w.~+/=-]{6,}/gi, '$1$2[redacted]'],
  [/([a-z][a-z0-9+.-]*:\/\/)[^\s/@:"'\\]*:[^\s/@"'\\]+@/gi, '$1[redacted]@'],
  [/\beyJ[\w-]{8,}\.[\w-]{4,}(?:\.[\w-]*)?/g, '[redacted]'],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----/g, '[redacted]'],
  [
    /("(?:token|password|passwd|secret|client-key-data|bearerToken|apiKey)"\s*:\s*")(?:[^"\\]|\\.)+"/gi,
    '$1[redacted]"',
  ],
];

/**
 * Takes what looks like a secret out of a text: bearer and basic credentials, Slack web hooks and tokens, passwords in
 * URLs, JSON web tokens, private keys, values of keys named for secrets. Keeps JSON valid.
 */
export function redact(text: string): string {
  return SHAPES.reduce((rest, [shape, replacement]) => rest.replace(shape, replacement), text);
}

/** The same value without secrets, as JSON would carry it. */
export function redactValue<T>(value: T): T {
  return JSON.parse(redact(JSON.stringify(value))) as T;
}
