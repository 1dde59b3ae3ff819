// The entry of `npm start`, `npm test` and `npm run game-day`. Plain JavaScript that an old Node understands: it installs
// what is missing and hands over to the Node 24 that comes with the dependencies.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const OLDEST_NODE = 18;
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stamp = join(root, 'node_modules', '.healproof-lock');
const ownNode = join(root, 'node_modules', 'node', 'bin', 'node');

const VERBS = {
  start: ['src/cli/main.mjs', 'start', 'scenarios/wedged-replica-is-replaced.yaml'],
  test: ['scripts/test.ts'],
  'game-day': ['src/cli/main.mjs', 'start', '--healer', 'compare', 'scenarios'],
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
  const npm = runNpm(['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  if (npm.error !== undefined) fail(`npm cannot be started (${npm.error.message}). Install Node.js with npm.`);
  if (npm.status !== 0) fail('npm could not install the dependencies; its own words are above.');
  if (!existsSync(ownNode)) fail('npm installed no Node 24 (package "node"): allow its install script and try again.');
  writeFileSync(stamp, digest);
}

/** The npm that started this, else the one on PATH. */
function runNpm(args) {
  const starter = process.env.npm_execpath;
  const isNpm = starter !== undefined && /npm-cli\.js$/.test(starter) && existsSync(starter);
  const [program, first] = isNpm ? [process.execPath, [starter]] : ['npm', []];
  return spawnSync(program, [...first, ...args], { cwd: root, stdio: 'inherit' });
}

/** Ctrl-C reaches npm and everything it started at once, and npm passes it on as well: one press must count once. */
const ECHO_MS = 500;

function handOver(args) {
  const path = `${join(root, 'node_modules', '.bin')}:${process.env.PATH}`;
  // A group of its own, which hears of signals only from here.
  const options = { cwd: root, stdio: 'inherit', detached: true, env: { ...process.env, PATH: path } };
  const child = spawn(ownNode, args, options);
  let heardAtMs = Number.NEGATIVE_INFINITY;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      const isEcho = Date.now() - heardAtMs < ECHO_MS;
      heardAtMs = Date.now();
      if (!isEcho && child.exitCode === null) process.kill(-child.pid, signal === 'SIGHUP' ? 'SIGTERM' : signal);
    });
  }
  child.on('error', (error) => fail(`Node 24 cannot be started: ${error.message}`));
  child.on('close', (code, signal) => process.exit(code === null ? 128 + constants.signals[signal] : code));
}

if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) {
  fail(`Node ${process.versions.node} is too old to install anything: install Node ${OLDEST_NODE} or newer to begin.`);
}
const [verb = '', ...rest] = process.argv.slice(2);
if (!Object.keys(VERBS).includes(verb)) fail(`expected one of ${Object.keys(VERBS).join(', ')}, got "${verb}"`);
install();
handOver([...VERBS[verb], ...rest]);
