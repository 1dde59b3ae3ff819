/** The version of everything that `--format json` prints; a field may come, none may change its meaning or go. */
const OUTPUT_VERSION = 1;

/** What `--format json` prints: its kind and version first, so that a reader knows what it has. */
export function jsonText(kind: string, body: object): string {
  return `${JSON.stringify({ apiVersion: `healproof.dev/output/v${OUTPUT_VERSION}`, kind, ...body }, null, 2)}\n`;
}
