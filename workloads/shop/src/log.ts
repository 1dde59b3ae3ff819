/** One JSON line on standard output. */
export function log(message: string, facts: Readonly<Record<string, unknown>> = {}): void {
  process.stdout.write(`${JSON.stringify({ at: new Date().toISOString(), message, ...facts })}\n`);
}
