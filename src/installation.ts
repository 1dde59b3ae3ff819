import { fileURLToPath } from 'node:url';
import packageJson from '../package.json' with { type: 'json' };

/** This checkout or installed package: `lab/` and our programs are below it. */
export const REPO_ROOT = fileURLToPath(new URL('../', import.meta.url));

export const VERSION = packageJson.version;
