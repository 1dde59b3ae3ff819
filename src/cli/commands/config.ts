import type { LoadedConfig } from '../../config.ts';
import { jsonText } from '../output/json.ts';

/** Every setting with where it comes from. Secrets are never settings, only the files that hold them. */
export function showConfig({ settings }: LoadedConfig, format: string | null): number {
  const lines = settings.map(({ key, value, origin }) => `${key} = ${value ?? '(none)'}  # ${origin}\n`);
  process.stdout.write(format === 'json' ? jsonText('Configuration', { settings }) : lines.join(''));
  return 0;
}
