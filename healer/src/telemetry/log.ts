import { type Logger, pino } from 'pino';

/** JSON lines on standard output; errors keep message and cause, secrets are cut out. */
export function createLog(level: string, base: Record<string, string>): Logger {
  return pino({
    level,
    base,
    timestamp: () => `,"atMs":${Date.now()}`,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: ['*.token', '*.password', '*.authorization', 'headers.authorization'], censor: '[redacted]' },
  });
}
