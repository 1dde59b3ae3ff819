export type HealerErrorCode = 'CONFIG' | 'POLICY' | 'KUBERNETES' | 'METRICS';

/** Base of every error the healer throws on purpose; branch on `code`, never on the text. */
export abstract class HealerError extends Error {
  abstract readonly code: HealerErrorCode;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The healer's environment variables are wrong; it cannot start. */
export class ConfigError extends HealerError {
  readonly code = 'CONFIG';
}

/** One sentence about any thrown value, with the cause that the platform's `fetch` hides. Our own errors say it all. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof HealerError) return error.message;
  const cause =
    error.cause instanceof Error && error.cause.message !== error.message ? ` (${error.cause.message})` : '';
  return `${error.message}${cause}`;
}
