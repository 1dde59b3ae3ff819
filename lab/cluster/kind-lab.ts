import { readFile } from 'node:fs/promises';
import { lockFile } from '../../src/adapters/process/file-lock.ts';
import { counted } from '../../src/counted.ts';
import { PreflightError, withHint } from '../../src/errors.ts';
import type { DownOptions, Lab, LabInfo, LabOptions, LabStatus, UpOptions } from '../../src/ports/lab.ts';
import type { LabSettings } from '../components/lab-settings.ts';
import { bindToProcess, isBound, unbind } from './bound-cluster.ts';
import { CreateLab } from './create.ts';
import { Docker } from './docker.ts';
import { inspectLab, type LabInspection } from './inspect.ts';
import { type RenderedKindConfig, renderKindConfig } from './kind-config.ts';
import { LabFolder } from './lab-state.ts';
import { checkImageNeeds, needsSentence } from './needs.ts';
import { refuseForeign } from './ownership.ts';
import { preflight } from './preflight.ts';
import { inUse } from './run-in-progress.ts';

/** Looks in a row that must find nothing of a cluster whose making was cut short. */
const QUIET_LOOKS = 3;
const LOOK_EVERY_MS = 1_000;
const LATE_MS = 60_000;

/** A lab made with kind in a container engine of this machine. */
export class KindLab implements Lab {
  readonly #site: LabSettings;
  readonly #folder: LabFolder;

  constructor(site: LabSettings) {
    this.#site = site;
    this.#folder = new LabFolder(site.cacheDir, site.clusterName);
  }

  async up(options: UpOptions): Promise<LabInfo> {
    const { images, run, buildMs } = this.#site;
    await this.#sayNeeds(options);
    const building = { ...options, signal: AbortSignal.any([options.signal, AbortSignal.timeout(buildMs)]) };
    const engine = await images.ensureEngine(building);
    const tools = await images.ensureTools(building);
    const imageSet = await images.ensureImages(building);
    await using _lock = await this.#lock(options);
    const docker = new Docker(run, tools.docker, engine);
    if (options.bound === true) await bindToProcess(run, docker, this.#folder, this.#site.clusterName);
    const parts = { site: this.#site, folder: this.#folder, docker, dockerHost: engine.dockerHost, tools };
    return await new CreateLab({ ...parts, images: imageSet, options }).run();
  }

  async misfit(options: LabOptions): Promise<string | null> {
    const { images, host, cacheDir } = this.#site;
    try {
      await checkImageNeeds(host, await images.needs(), cacheDir);
      await images.ensureEngine(options);
      const docker = await this.#findDocker();
      const { nodeCount, fixedPorts } = await this.#rendered();
      if (docker !== null) await preflight(host, { nodeCount, fixedPorts, dataRoot: await docker.dataRoot() });
      return null;
    } catch (error: unknown) {
      if (error instanceof PreflightError) return withHint(error);
      throw error;
    }
  }

  async down(options: DownOptions): Promise<readonly string[]> {
    await using _lock = await this.#lock(options);
    const isHalfMade = (await this.#folder.readInfo()) === null && (await isBound(this.#folder));
    const removed = await this.#removeCluster(options);
    if (isHalfMade) await this.#removeLate(options);
    await unbind(this.#folder);
    if (!options.all) return removed;
    return [...removed, ...(await this.#site.images.purge(options))];
  }

  async status({ signal }: LabOptions): Promise<LabStatus> {
    const { clusterName } = this.#site;
    const nothing = { clusterName, info: null, runInProgress: null };
    const docker = await this.#findDocker();
    if (docker === null) return { ...nothing, state: 'absent', details: ['no container engine is running'] };
    const { state, details, info, run } = await inspectLab(this.#site, docker, this.#folder, signal);
    return { clusterName, state, details, info, runInProgress: run };
  }

  open(): Promise<LabInfo> {
    return this.#folder.open();
  }

  async #removeCluster(options: DownOptions): Promise<readonly string[]> {
    const { clusterName } = this.#site;
    const docker = await this.#findDocker();
    if (docker === null) return ['No container engine is running, so there is no lab.'];
    const found = await inspectLab(this.#site, docker, this.#folder, options.signal);
    refuseForeign(clusterName, found.owner);
    if (found.state === 'absent') {
      await this.#folder.remove();
      return [`There is no lab named ${clusterName}.`];
    }
    refuseInUse(found, options.force);
    const step = options.progress.begin(`Removing the lab ${clusterName}`);
    await docker.remove(found.containers.map(({ name }) => name));
    await docker.removeKindNetwork();
    await this.#folder.remove();
    step.done();
    return [`The lab ${clusterName} and its ${counted(found.containers.length, 'node')} are gone.`];
  }

  /** kind is gone, but the engine may be about to make a node that it was asked for before. */
  async #removeLate({ signal }: DownOptions): Promise<void> {
    const { wait, clusterName } = this.#site;
    const docker = await this.#findDocker();
    if (docker === null) return;
    let quietLooks = 0;
    await wait(
      `the last node of ${clusterName} to go`,
      async () => {
        const late = await docker.nodesOf(clusterName);
        quietLooks = late.length === 0 ? quietLooks + 1 : 0;
        if (quietLooks === QUIET_LOOKS) return { done: true, value: true };
        if (late.length > 0) await docker.remove(late.map(({ name }) => name));
        return { done: false, seen: counted(late.length, 'node') };
      },
      { timeoutMs: LATE_MS, everyMs: LOOK_EVERY_MS, signal },
    );
    await docker.removeKindNetwork();
  }

  async #findDocker(): Promise<Docker | null> {
    const engine = await this.#site.images.findEngine();
    return engine === null ? null : new Docker(this.#site.run, engine.docker, engine);
  }

  async #sayNeeds({ progress }: UpOptions): Promise<void> {
    const { images, host, cacheDir } = this.#site;
    const { nodeCount } = await this.#rendered();
    const needs = await images.needs();
    const hasLab = (await this.#folder.readInfo()) !== null;
    const sentence = needsSentence(needs, hasLab, nodeCount);
    if (sentence !== null) progress.note(sentence);
    await checkImageNeeds(host, needs, cacheDir);
  }

  async #rendered(): Promise<RenderedKindConfig> {
    const { kindConfigPath: path } = this.#site;
    const text = await readFile(path, 'utf8');
    return renderKindConfig({ path, text }, { mark: this.#folder.mark, mounts: this.#folder.mounts });
  }

  #lock({ signal, progress }: LabOptions): Promise<AsyncDisposable> {
    const { wait, labMs } = this.#site;
    const onBusy = ({ pid }: { readonly pid: number }): void =>
      progress.note(`Waiting for another healproof (process ${pid}) that is working on this lab.`);
    return lockFile(this.#folder.lock, { wait, signal, timeoutMs: labMs, onBusy });
  }
}

/** @throws PreflightError while a run is in progress, unless the user insists. */
function refuseInUse({ run }: LabInspection, force: boolean): void {
  if (run === null || force) return;
  throw inUse(run, 'Wait for it to end, stop it with Ctrl-C, or insist: healproof down --force');
}
