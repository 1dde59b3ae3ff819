/** What a role is told from outside. Everything comes from the environment so that one image serves all roles. */
export interface Settings {
  readonly port: number;
  /** How long a stopping process still answers, so that callers can drop it from their rotation first. */
  readonly drainMs: number;
  /** Where the back end keeps its items over a restart; undefined keeps them in memory. */
  readonly stateFile: string | undefined;
  /** Name whose A records are the back-end pods. */
  readonly backHost: string;
  readonly backPort: number;
  readonly backTimeoutMs: number;
  readonly resolveEveryMs: number;
  /** How long a replica's series stay after it left the name service. */
  readonly forgetAfterMs: number;
  readonly frontUrl: string;
  readonly frontTimeoutMs: number;
  readonly requestsPerSecond: number;
  readonly maxInFlight: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads `SHOP_…` variables. @throws RangeError for a number that is none, or not above zero. */
export function readSettings(env: Environment): Settings {
  const number = (name: string, fallback: number): number => positive(name, env[name], fallback);
  return {
    port: number('SHOP_PORT', 8080),
    drainMs: number('SHOP_DRAIN_MS', 2000),
    stateFile: env.SHOP_STATE_FILE,
    backHost: env.SHOP_BACK_HOST ?? 'shop-back',
    backPort: number('SHOP_BACK_PORT', 8080),
    backTimeoutMs: number('SHOP_BACK_TIMEOUT_MS', 500),
    resolveEveryMs: number('SHOP_RESOLVE_EVERY_MS', 500),
    forgetAfterMs: number('SHOP_FORGET_AFTER_MS', 30_000),
    frontUrl: env.SHOP_FRONT_URL ?? 'http://shop-front:8080',
    frontTimeoutMs: number('SHOP_FRONT_TIMEOUT_MS', 1000),
    requestsPerSecond: number('SHOP_REQUESTS_PER_SECOND', 20),
    maxInFlight: number('SHOP_MAX_IN_FLIGHT', 40),
  };
}

function positive(name: string, text: string | undefined, fallback: number): number {
  if (text === undefined || text === '') return fallback;
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new RangeError(`${name} must be a number above 0, got "${text}"`);
  return value;
}
