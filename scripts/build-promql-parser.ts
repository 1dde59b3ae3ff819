// Builds Prometheus' parser as the WebAssembly module that comes with healproof, where that is stale. The version of Go is
// that of lab/images/airgap/lock.json, which Go fetches if it is another, so that the same sources give the same bytes everywhere.
// With --check it only says what is stale, and fails; with --rebuild it builds in any case: both together prove that the
// module in the repository is what its sources give. The licences of all that is compiled into it are put beside it.
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import { run } from '../src/adapters/process/command.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const folder = join(root, 'src/adapters/promql/wasm');
const moduleFile = join(folder, 'parser.wasm.br');
const recordFile = join(folder, 'parser.json');
const licencesFile = join(folder, 'licences.txt');
const STAND_INS = 'stand-ins';

interface Build {
  readonly wasm: Buffer;
  readonly licences: string;
}

interface BuildRecord {
  readonly prometheus: string;
  readonly go: string;
  /** Of the Go files, go.mod and go.sum. */
  readonly sourcesSha256: string;
  /** Of the module before its compression, which another Node may do in another way. */
  readonly moduleSha256: string;
}

function sha256(...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}

const sources = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && /\.(go|mod|sum)$/.test(entry.name))
  .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
  .sort();
const lock = JSON.parse(readFileSync(join(root, 'lab/images/airgap/lock.json'), 'utf8'));
const { module, version } = lock.modules.prometheus;
const wanted = {
  prometheus: version,
  go: lock.go.toolchain,
  sourcesSha256: sha256(...sources.flatMap((file) => [`${file}\n`, readFileSync(join(folder, file))])),
};

async function build(): Promise<Build> {
  const work = mkdtempSync(join(tmpdir(), 'healproof-promql-'));
  const env = {
    GOTOOLCHAIN: `go${wanted.go}`,
    GOFLAGS: '-buildvcs=false',
    GOEXPERIMENT: '',
    GOWASM: '',
    GOWORK: 'off',
  };
  const flags = ['-mod=vendor', '-trimpath', '-ldflags=-s -w', '-buildmode=c-shared'];
  try {
    for (const file of sources) cpSync(join(folder, file), join(work, file));
    await run('go', ['mod', 'vendor'], { cwd: work, env });
    for (const file of sources.filter((each) => each.startsWith(STAND_INS))) replaceVendored(work, file);
    const options = { cwd: work, env: { ...env, GOOS: 'wasip1', GOARCH: 'wasm' } };
    await run('go', ['build', ...flags, '-o', 'parser.wasm', '.'], options);
    const { stdout: goRoot } = await run('go', ['env', 'GOROOT'], options);
    const { stdout: used } = await run('go', ['list', '-deps', '-f', '{{with .Module}}{{.Path}}{{end}}', '.'], options);
    const modules = [...new Set(used.trim().split('\n'))].map((path) => join(work, 'vendor', path)).filter(existsSync);
    return { wasm: readFileSync(join(work, 'parser.wasm')), licences: licencesIn([goRoot.trim(), ...modules.sort()]) };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Each stand-in is one file, and nothing of the package that it stands in for stays. */
function replaceVendored(work: string, file: string): void {
  const vendored = join(work, 'vendor', relative(STAND_INS, file));
  rmSync(dirname(vendored), { recursive: true });
  cpSync(join(work, file), vendored);
}

/** Every text once, whoever gives it. */
function licencesIn(folders: readonly string[]): string {
  const files = folders.flatMap((each) =>
    readdirSync(each)
      .filter((name) => /^(LICEN[CS]E|NOTICE)/.test(name))
      .sort()
      .map((name) => readFileSync(join(each, name), 'utf8').trimEnd()),
  );
  return `${[...new Set(files)].join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}

function staleness(): string | null {
  const goMod = readFileSync(join(folder, 'go.mod'), 'utf8');
  if (!goMod.includes(`${module} ${version}\n`))
    throw new Error(`go.mod has another Prometheus than ${version}, the lock's`);
  if (![moduleFile, recordFile, licencesFile].every((file) => existsSync(file))) return 'is missing';
  const { moduleSha256, ...built }: BuildRecord = JSON.parse(readFileSync(recordFile, 'utf8'));
  if (JSON.stringify(built) !== JSON.stringify(wanted)) return 'is not of these sources and versions';
  return sha256(brotliDecompressSync(readFileSync(moduleFile))) === moduleSha256 ? null : 'is not what was built';
}

function write({ wasm, licences }: Build): void {
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
    [constants.BROTLI_PARAM_SIZE_HINT]: wasm.length,
  };
  const record: BuildRecord = { ...wanted, moduleSha256: sha256(wasm) };
  writeFileSync(moduleFile, brotliCompressSync(wasm, { params }));
  writeFileSync(licencesFile, licences);
  writeFileSync(recordFile, `${JSON.stringify(record, null, 2)}\n`);
}

async function differenceFromBuild(): Promise<string | null> {
  const { wasm } = await build();
  return wasm.equals(brotliDecompressSync(readFileSync(moduleFile))) ? null : 'is not what its sources give';
}

const isRebuilt = process.argv.includes('--rebuild');
if (process.argv.includes('--check')) {
  const problem = staleness() ?? (isRebuilt ? await differenceFromBuild() : null);
  if (problem !== null) console.error(`${relative(root, moduleFile)} ${problem}: run npm run generate`);
  process.exitCode = problem === null ? 0 : 1;
} else if (isRebuilt || staleness() !== null) {
  write(await build());
}
