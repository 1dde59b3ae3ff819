import { readFile } from 'node:fs/promises';
import { ifAbsent } from '../../src/absent.ts';
import type { Run } from '../../src/adapters/process/command.ts';
import { findProgram } from '../../src/adapters/process/find-program.ts';
import type { Wait } from '../../src/adapters/process/wait.ts';
import { PreflightError } from '../../src/errors.ts';
import type { Engine, EnsureOptions } from '../../src/ports/images.ts';
import type { Confirm } from './confirm.ts';
import { engineVersion } from './docker.ts';
import { PrivateEngine } from './private-engine.ts';

/** Which engine to use: whichever answers, or only our own. */
export type EngineChoice = 'auto' | 'private';

export interface EngineOptions {
  readonly run: Run;
  readonly wait: Wait;
  readonly confirm: Confirm;
  readonly cacheDir: string;
  readonly choice: EngineChoice;
}

const REMEDY = 'Install Docker and start it (on Debian or Ubuntu, healproof run as root does that by itself).';

/** Finds or makes the container engine that the lab runs on. */
export class EngineProvider {
  readonly #options: EngineOptions;
  readonly #private: PrivateEngine;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#private = new PrivateEngine(options);
  }

  /** An engine that answers now. A private one that already runs comes first, because the lab may live in it. */
  async find(signal: AbortSignal): Promise<Engine | undefined> {
    const { choice, run } = this.#options;
    const own = await this.#private.version(signal);
    if (own !== undefined) return this.#describe(own);
    if (choice === 'private') return undefined;
    const version = await engineVersion(run, undefined, signal);
    return version === undefined ? undefined : { dockerHost: undefined, isPrivate: false, version };
  }

  /** An engine that answers, installed and started where there is none. */
  async ensure(options: EnsureOptions): Promise<Engine> {
    return (await this.find(options.signal)) ?? (await this.#make(options));
  }

  /** Whether there is a private engine, running or not. */
  hasPrivate(): Promise<boolean> {
    return this.#private.exists();
  }

  /** Stops and removes the private engine; the user's is never touched. */
  remove(options: EnsureOptions): Promise<void> {
    return this.#private.remove(options);
  }

  async #make(options: EnsureOptions): Promise<Engine> {
    await assertCanInstall();
    const missing = await missingPrograms();
    const what = missing.length === 0 ? '' : `install docker.io and `;
    options.progress.note(`no Docker engine is used yet: healproof will ${what}start one of its own`);
    if (!(await this.#options.confirm(`May healproof ${what}start a container engine of its own?`))) {
      throw new PreflightError('no Docker engine answers, and none may be started', { hint: REMEDY });
    }
    if (missing.length > 0) {
      await this.#install(options);
      // Where the machine has a service manager, installing the engine has started it.
      const found = await this.find(options.signal);
      if (found !== undefined) return found;
    }
    return this.#describe(await this.#private.start(options));
  }

  #describe(version: string): Engine {
    return { dockerHost: this.#private.dockerHost, isPrivate: true, version };
  }

  async #install({ signal, progress }: EnsureOptions): Promise<void> {
    const { run } = this.#options;
    const step = progress.begin('Installing the container engine');
    const env = { DEBIAN_FRONTEND: 'noninteractive' };
    await run('apt-get', ['update', '-qq'], { signal, env });
    const packages = ['docker.io', 'iptables', 'ca-certificates'];
    // Newer releases ship the command line by itself.
    if (await hasPackage(run, 'docker-cli', signal)) packages.push('docker-cli');
    await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], { signal, env });
    step.done();
  }
}

async function hasPackage(run: Run, name: string, signal: AbortSignal): Promise<boolean> {
  const { stdout } = await run('apt-cache', ['policy', name], { signal });
  return /Candidate: (?!\(none\))/.test(stdout);
}

/** Says in one sentence why no engine can be started here, where none can. */
async function assertCanInstall(): Promise<void> {
  const release = await readFile('/etc/os-release', 'utf8').catch(ifAbsent(''));
  const isDebian = /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(release);
  if (process.platform !== 'linux' || !isDebian || process.getuid?.() !== 0) {
    throw new PreflightError('no Docker engine answers', { hint: REMEDY });
  }
}

const PROGRAMS = ['dockerd', 'docker', 'runc', 'containerd', 'iptables'];

async function missingPrograms(): Promise<string[]> {
  const missing: string[] = [];
  for (const name of PROGRAMS) if ((await findProgram(name)) === undefined) missing.push(name);
  return missing;
}
