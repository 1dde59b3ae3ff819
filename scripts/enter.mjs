// The entry of `npm start`, `npm test` and `npm run game-day`. Plain JavaScript that an old Node understands: it installs
// what is missing and hands over to the Node 24 that comes with the dependencies.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const OLDEST_NODE = 18;
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stamp = join(root, 'node_modules', '.healproof-lock');
const ownNode = join(root, 'node_modules', 'node', 'bin', 'node');

const VERBS = {
  start: ['src/cli/main.ts', 'start', 'scenarios/wedged-replica-is-replaced.yaml'],
  test: ['scripts/test.ts'],
  'game-day': ['src/cli/main.ts', 'start', 'scenarios'],
};

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(3);
}

function lockDigest() {
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
}

/** Installs once per lock file; an interrupted installation leaves no stamp and is done again. */
function install() {
  const digest = lockDigest();
  if (existsSync(stamp) && existsSync(ownNode) && readFileSync(stamp, 'utf8') === digest) return;
  process.stdout.write('Installing the dependencies with npm (about 30 s) …\n');
  const npm = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: root, stdio: 'inherit' });
  if (npm.error !== undefined) fail(`npm cannot be started (${npm.error.message}). Install Node.js with npm.`);
  if (npm.status !== 0) fail('npm could not install the dependencies; its own words are above.');
  if (!existsSync(ownNode)) fail('npm installed no Node 24 (package "node"): allow its install script and try again.');
  writeFileSync(stamp, digest);
}

const [verb = '', ...rest] = process.argv.slice(2);
const command = VERBS[verb];
if (command === undefined) fail(`unknown: ${verb}; expected one of ${Object.keys(VERBS).join(', ')}`);
if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) {
  fail(
    `Node ${process.versions.node} is too old to install anything: Node ${OLDEST_NODE} or newer is needed to begin.`,
  );
}
install();
const path = `${join(root, 'node_modules', '.bin')}:${process.env.PATH}`;
const env = { ...process.env, PATH: path };
// Ctrl-C reaches the whole group; this process waits for the other to clean up.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => undefined);
const ended = spawnSync(ownNode, [...command, ...rest], { cwd: root, stdio: 'inherit', env });
if (ended.error !== undefined) fail(`Node 24 cannot be started: ${ended.error.message}`);
process.exit(ended.status ?? 128);
