// Writes the JSON Schemas of the Chaos Mesh experiments, derived from the resource definitions of the version in
// lab/images/airgap/lock.json as the image build made them, so that scenarios can be checked without a cluster and without a build.
// With --check it says whether the file belongs to that version and, where that build is at hand, to that build.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ChaosSchemaFile, chaosSchemasFromCrds } from '../src/scenario/faults/chaos-mesh/chaos-schema.ts';
import { canonicalJson } from '../src/scenario/model/canonical.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const file = join(root, 'schema/chaos-mesh.schema.json');
const cache =
  process.env.HEALPROOF_CACHE_DIR ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'healproof');
const parts = join(cache, 'airgap/parts');
const PART = 'chaos-mesh-';

function lockedVersion(): string {
  const lock = JSON.parse(readFileSync(join(root, 'lab/images/airgap/lock.json'), 'utf8'));
  return lock.modules['chaos-mesh-api'].version;
}

function schemasOf(key: string): Record<string, unknown> {
  const folder = join(parts, `${PART}${key}`, 'chart/crds');
  const crds = readdirSync(folder).map((name) => ({ path: name, text: readFileSync(join(folder, name), 'utf8') }));
  return Object.fromEntries([...chaosSchemasFromCrds(crds)].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function newestBuild(): string {
  const names = existsSync(parts) ? readdirSync(parts).filter((name) => name.startsWith(PART)) : [];
  const stamps = names
    .filter((name) => existsSync(join(parts, name, 'chart/crds')))
    .map((name) => JSON.parse(readFileSync(join(parts, name, 'stamp.json'), 'utf8')))
    .sort((a, b) => b.builtAtMs - a.builtAtMs);
  if (stamps.length === 0) throw new Error('there is no build of Chaos Mesh to derive from: run `healproof up` first');
  return stamps[0].key;
}

const version = lockedVersion();
const current: ChaosSchemaFile | null = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null;

function staleness(): string | null {
  if (current === null) return 'is missing';
  if (current.version !== version) return `is of ${current.version}, the lock says ${version}`;
  if (!existsSync(join(parts, `${PART}${current.build}`, 'chart/crds'))) return null;
  return canonicalJson(schemasOf(current.build)) === canonicalJson(current.kinds)
    ? null
    : 'is not what its build gives';
}

const stale = staleness();
if (process.argv.includes('--check')) {
  if (stale !== null) console.error(`schema/chaos-mesh.schema.json ${stale}: run npm run generate`);
  process.exitCode = stale === null ? 0 : 1;
} else if (stale !== null) {
  const build = newestBuild();
  if (current?.build === build && current.version !== version)
    throw new Error(`the newest build of Chaos Mesh is that of ${current.version}: run \`healproof up\` first`);
  writeFileSync(file, `${JSON.stringify({ version, build, kinds: schemasOf(build) })}\n`);
}
