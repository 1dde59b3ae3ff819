import { createHash } from 'node:crypto';
import { chmod, mkdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { HIDDEN, ifAbsent } from '../../src/absent.ts';
import type { Run } from '../../src/adapters/process/command.ts';
import { commandLineOf, startDaemon } from '../../src/adapters/process/daemon.ts';
import { lockFile, readBootId } from '../../src/adapters/process/file-lock.ts';
import { lastLines } from '../../src/adapters/process/lines.ts';
import { unmountBelow } from '../../src/adapters/process/mounts.ts';
import type { Wait } from '../../src/adapters/process/wait.ts';
import { PreflightError } from '../../src/errors.ts';
import type { EnsureOptions } from '../../src/ports/images.ts';
import { pickAddressPool } from './address-pool.ts';
import { missingCapabilities, runtimeWithout } from './capabilities.ts';
import { engineVersion } from './docker.ts';

export interface PrivateEngineOptions {
  readonly run: Run;
  readonly wait: Wait;
  readonly cacheDir: string;
}

const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 60_000;
const LOCK_TIMEOUT_MS = 180_000;
/** A socket's path must fit into 107 bytes; the longest below the run folder has 33. */
const LONGEST_RUN_FOLDER = 72;

/** A container engine of our own, beside any other: own data, sockets, networks, and namespaces in a shared containerd. */
export class PrivateEngine {
  readonly dockerHost: string;
  readonly #options: PrivateEngineOptions;
  readonly #folder: string;
  readonly #runFolder: string;
  readonly #id: string;

  constructor(options: PrivateEngineOptions) {
    this.#options = options;
    this.#folder = join(options.cacheDir, 'engine');
    this.#id = createHash('sha256').update(this.#folder).digest('hex').slice(0, 8);
    const beside = join(this.#folder, 'run');
    this.#runFolder = beside.length <= LONGEST_RUN_FOLDER ? beside : `/run/healproof-${this.#id}`;
    this.dockerHost = `unix://${join(this.#runFolder, 'docker.sock')}`;
  }

  /** Whether anything of it is on disk. */
  async exists(): Promise<boolean> {
    return stat(this.#folder).then(
      () => true,
      () => false,
    );
  }

  /** Its version while it runs. */
  version(signal: AbortSignal): Promise<string | undefined> {
    return engineVersion(this.#options.run, this.dockerHost, signal);
  }

  /** Starts it where it does not run (never started, died, or the machine was rebooted); resolves with its version. */
  async start({ signal, progress }: EnsureOptions): Promise<string> {
    await using _lock = await lockFile(join(this.#options.cacheDir, 'engine.lock'), {
      wait: this.#options.wait,
      signal,
      timeoutMs: LOCK_TIMEOUT_MS,
      onBusy: ({ pid }) => progress.note(`process ${pid} is starting the container engine; waiting for it`),
    });
    const running = await this.version(signal);
    if (running !== undefined) return running;
    const step = progress.begin('Starting a container engine of our own');
    const pid = await this.#spawn(signal);
    const version = await this.#waitUntilReady(pid, signal);
    step.done(`Docker ${version}, data in ${this.#folder}`);
    return version;
  }

  /** Stops it and removes all it held; nothing happens where there is none. */
  async remove({ signal, progress }: EnsureOptions): Promise<void> {
    const step = progress.begin('Removing the container engine of our own');
    if ((await this.version(signal)) !== undefined) await this.#removeContainers(signal);
    await this.#stop(signal);
    await unmountBelow(this.#options.run, [this.#folder, this.#runFolder]);
    await rm(this.#folder, { recursive: true, force: true });
    await rm(this.#runFolder, { recursive: true, force: true });
    step.done();
  }

  get #pidFile(): string {
    return join(this.#runFolder, 'docker.pid');
  }

  get #bootFile(): string {
    return join(this.#folder, 'boot-id');
  }

  get #logFile(): string {
    return join(this.#folder, 'dockerd.log');
  }

  async #spawn(signal: AbortSignal): Promise<number> {
    await this.#forgetTheDead(signal);
    await mkdir(this.#runFolder, { recursive: true });
    await mkdir(this.#folder, { recursive: true });
    await writeFile(this.#bootFile, await readBootId());
    const config = join(this.#folder, 'daemon.json');
    await writeFile(config, JSON.stringify(await this.#configuration(), null, 2));
    return startDaemon(
      'dockerd',
      [
        `--config-file=${config}`,
        `--data-root=${join(this.#folder, 'data')}`,
        `--exec-root=${join(this.#runFolder, 'exec')}`,
        `--pidfile=${this.#pidFile}`,
        `--host=${this.dockerHost}`,
        `--containerd-namespace=healproof-${this.#id}`,
        `--containerd-plugins-namespace=healproof-${this.#id}-plugins`,
      ],
      { logFile: this.#logFile },
    );
  }

  /**
   * A number in a pid file may belong to somebody else by now. After a reboot that holds for all of the run folder;
   * before, it is what a new engine finds the containers of the dead one with.
   */
  async #forgetTheDead(signal: AbortSignal): Promise<void> {
    const lastBoot = await readFile(this.#bootFile, 'utf8').catch(ifAbsent(undefined));
    if ((await this.#pid()) !== undefined) return;
    await rm(this.#pidFile, { force: true });
    const containerd = join(this.#runFolder, 'exec', 'containerd');
    await this.#waitForEnd('containerd of the dead engine', () => pidOf(containerd, 'containerd'), signal);
    await rm(join(containerd, 'containerd.pid'), { force: true });
    if (lastBoot === (await readBootId())) return;
    await unmountBelow(this.#options.run, [this.#runFolder]);
    await rm(this.#runFolder, { recursive: true, force: true });
  }

  async #configuration(): Promise<Record<string, unknown>> {
    const pool = pickAddressPool(await readFile('/proc/net/route', 'utf8'));
    if (pool === undefined) {
      throw new PreflightError('every address range that the container engine could use is taken on this machine', {
        hint: 'Start a Docker engine yourself, with address pools that are free.',
      });
    }
    const common = {
      // kind brings a network of its own; without the default bridge nothing collides with another engine's.
      bridge: 'none',
      'default-address-pools': [{ base: pool, size: 24 }],
      'log-driver': 'json-file',
      'log-opts': { 'max-size': '10m', 'max-file': '2' },
    };
    const missing = missingCapabilities(await readFile('/proc/self/status', 'utf8'));
    if (missing.length === 0) return common;
    const runtime = join(this.#folder, 'runc-without-missing-capabilities');
    await writeFile(runtime, runtimeWithout(missing));
    await chmod(runtime, 0o755);
    return { ...common, runtimes: { healproof: { path: runtime } }, 'default-runtime': 'healproof' };
  }

  async #waitUntilReady(pid: number, signal: AbortSignal): Promise<string> {
    return this.#options.wait(
      'the container engine',
      async () => {
        const version = await this.version(signal);
        if (version !== undefined) return { done: true, value: version };
        if ((await commandLineOf(pid)) === undefined) throw await this.#diedError();
        return { done: false, seen: `process ${pid} runs, but does not answer at ${this.dockerHost}` };
      },
      { timeoutMs: START_TIMEOUT_MS, everyMs: 250, signal },
    );
  }

  async #diedError(): Promise<PreflightError> {
    const log = lastLines(await readFile(this.#logFile, 'utf8'), 30);
    return new PreflightError(`the container engine did not start; its log ends with:\n${log}`, {
      hint: `The whole log is in ${this.#logFile}. A Docker engine that you start yourself is used as well.`,
      details: { logFile: this.#logFile },
    });
  }

  async #removeContainers(signal: AbortSignal): Promise<void> {
    const env = { DOCKER_HOST: this.dockerHost };
    const { stdout } = await this.#options.run('docker', ['ps', '--all', '--quiet'], { env, signal });
    const ids = stdout.split('\n').filter((id) => id !== '');
    if (ids.length > 0) await this.#options.run('docker', ['rm', '--force', '--volumes', ...ids], { env, signal });
    await this.#options.run('docker', ['network', 'prune', '--force'], { env, signal });
  }

  async #stop(signal: AbortSignal): Promise<void> {
    const pid = await this.#pid();
    if (pid === undefined) return;
    process.kill(pid, 'SIGTERM');
    await this.#waitForEnd('the container engine', () => this.#pid(), signal);
  }

  async #waitForEnd(what: string, find: () => Promise<number | undefined>, signal: AbortSignal): Promise<void> {
    await this.#options.wait(
      `${what} to end`,
      async () => {
        const pid = await find();
        return pid === undefined
          ? { done: true, value: undefined }
          : { done: false, seen: `process ${pid} still runs` };
      },
      { timeoutMs: STOP_TIMEOUT_MS, everyMs: 200, signal },
    );
  }

  /** Its process id, only if that process is really this engine. */
  #pid(): Promise<number | undefined> {
    return pidOf(this.#runFolder, 'docker');
  }
}

/**
 * The process whose number is in `NAME.pid` of this folder, if it was started with a file of this folder: the number may
 * belong to somebody else by now. The folder may be known to it under another name.
 */
async function pidOf(folder: string, name: string): Promise<number | undefined> {
  const text = await readFile(join(folder, `${name}.pid`), 'utf8').catch(ifAbsent(undefined));
  const pid = Number(text?.trim());
  if (text === undefined || !Number.isInteger(pid)) return undefined;
  const real = await realpath(folder);
  for (const word of (await commandLineOf(pid)) ?? []) {
    const path = word.slice(word.indexOf('/'));
    if (path.startsWith('/') && (await realFolderOf(path)) === real) return pid;
  }
  return undefined;
}

/** A word of somebody's command line may be anything; where it is no path that can be followed there is no folder. */
function realFolderOf(path: string): Promise<string | undefined> {
  return realpath(dirname(path)).catch(ifAbsent(undefined, ...HIDDEN, 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG'));
}
