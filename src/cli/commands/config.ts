import { redactValue } from '../../adapters/evidence/redact.ts';
import type { LoadedConfig } from '../../config/config.ts';
import { jsonText } from '../output/json.ts';

/** Every setting with where it comes from. Secrets are never settings, only the files that hold them. */
export function showConfig(loaded: LoadedConfig, format: string | null): number {
  // A URL may carry a password.
  const settings = redactValue(loaded.settings);
  const lines = settings.map(({ key, value, origin }) => `${key} = ${value ?? '(none)'}  # ${origin}\n`);
  process.stdout.write(format === 'json' ? jsonText('Configuration', { settings }) : lines.join(''));
  return 0;
}
