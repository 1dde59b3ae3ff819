import { PreflightError, WaitTimeoutError } from '../../errors.ts';
import type { ImageRecord, ImageSet, Tools } from '../../ports/images.ts';
import type { Kube, KubeObject } from '../../ports/kube.ts';
import type { LabInfo, UpOptions } from '../../ports/lab.ts';
import type { ProgressStep } from '../../ports/progress.ts';
import { ensureAlertSecrets } from './alert-secrets.ts';
import { type Component, describeComponents } from './components.ts';
import type { Docker } from './docker.ts';
import { Helm } from './helm.ts';
import { Kind } from './kind.ts';
import type { RenderedKindConfig } from './kind-config.ts';
import { describeLab } from './lab-info.ts';
import { type Deployed, type LabFolder, writeDeployed } from './lab-state.ts';
import { refOf } from './manifests.ts';
import { mergeRecords, staleOf } from './node-images.ts';
import { refuseForeign } from './ownership.ts';
import { preflight } from './preflight.ts';
import { type ReadyConfig, readyConfig, warmingUpMs, whyAnew } from './ready-config.ts';
import type { LabSite } from './site.ts';
import { missing, type Survey, survey, waysOf } from './survey.ts';

const READY_MS = 240_000;
const LOOK_EVERY_MS = 500;
const ESTABLISH_MS = 30_000;

export interface RaiseParts {
  readonly site: LabSite;
  readonly folder: LabFolder;
  readonly docker: Docker;
  readonly dockerHost: string | undefined;
  readonly tools: Tools;
  readonly images: ImageSet;
  readonly options: UpOptions;
}

/** Brings a lab from whatever state it is in to one that can be used, doing only what is missing. */
export class Raise {
  readonly #parts: RaiseParts;
  readonly #kind: Kind;

  constructor(parts: RaiseParts) {
    this.#parts = parts;
    this.#kind = new Kind(parts.site.run, parts.tools.kind, parts.docker);
  }

  async run(): Promise<LabInfo> {
    const { site, docker, folder, options } = this.#parts;
    const config = await readyConfig(site.kindConfigPath, folder, this.#parts.images);
    const surveyed = await survey(site, docker, folder, options.signal);
    refuseForeign(site.clusterName, surveyed.owner);
    const found = await this.#warm(surveyed);
    const why = whyAnew(found, config.hash);
    if (why !== null) return this.#makeAnew(found, why, config);
    try {
      return await this.#bringUp(await this.#awake(found), config.hash);
    } catch (error: unknown) {
      if (!(error instanceof WaitTimeoutError)) throw error;
      return this.#makeAnew(await survey(site, docker, folder, options.signal), error.message, config);
    }
  }

  async #makeAnew(found: Survey, why: string, { rendered, hash }: ReadyConfig): Promise<LabInfo> {
    const { site, docker, folder, options } = this.#parts;
    if (found.state !== 'absent') await this.#clear(found, why);
    await this.#create(rendered);
    return this.#bringUp(await survey(site, docker, folder, options.signal), hash);
  }

  async #clear(found: Survey, why: string): Promise<void> {
    const { site, folder, options } = this.#parts;
    const { clusterName } = site;
    if (found.run !== null) throw inUse(found.run);
    if (found.info !== null && !options.recreate) {
      throw new PreflightError(`the lab ${clusterName} cannot be used as it is: ${why}`, {
        hint: 'Make it anew: healproof up --recreate (everything inside it is lost).',
      });
    }
    const step = options.progress.begin(`Removing the old lab (${why})`);
    await this.#kind.remove(clusterName, folder.kubeconfig);
    step.done();
  }

  async #create({ text, copies, fixedPorts, nodeCount }: RenderedKindConfig): Promise<void> {
    const { site, docker, folder, images, options } = this.#parts;
    await preflight(site.host, { nodeCount, fixedPorts, dataRoot: await docker.dataRoot() });
    await folder.prepare({ text, copies });
    const step = options.progress.begin(`Creating the kind cluster ${site.clusterName} (${nodeCount} nodes)`);
    try {
      await this.#kind.create({
        cluster: site.clusterName,
        image: images.nodeImage,
        configFile: folder.kindConfig,
        kubeconfig: folder.kubeconfig,
        timeoutMs: site.labMs,
        signal: options.signal,
        onLine: (line) => step.update(line.trim()),
      });
      const containers = await docker.nodesOf(site.clusterName);
      await docker.restartAlways(containers.map(({ name }) => name));
      await this.#writeInfo(site.connect(folder.kubeconfig), images.records);
      step.done();
    } catch (error: unknown) {
      step.failed('not created');
      throw error;
    }
  }

  /** Nodes that were stopped with the machine, or left paused by a fault, are started. */
  async #awake(found: Survey): Promise<Survey> {
    if (found.state !== 'stopped') return found;
    if (found.run !== null) throw inUse(found.run);
    const { docker, options } = this.#parts;
    const step = options.progress.begin('Starting the stopped nodes');
    const paused = found.containers.filter(({ isPaused }) => isPaused);
    const stopped = found.containers.filter(({ isRunning }) => !isRunning);
    if (paused.length > 0) await docker.unpause(paused.map(({ name }) => name));
    if (stopped.length > 0) await docker.start(stopped.map(({ name }) => name));
    const awake = await this.#answering(READY_MS);
    step.done();
    return awake;
  }

  /** After a restart of the machine the engine has started the nodes by itself, and the API server takes a while. */
  async #warm(found: Survey): Promise<Survey> {
    const { site, options } = this.#parts;
    const leftMs = warmingUpMs(found, site.clock.now());
    if (leftMs <= 0) return found;
    const step = options.progress.begin('Waiting for the API server of nodes that were just started');
    try {
      const warm = await this.#answering(leftMs);
      step.done();
      return warm;
    } catch (error: unknown) {
      step.failed('no answer');
      if (!(error instanceof WaitTimeoutError)) throw error;
      return found;
    }
  }

  #answering(timeoutMs: number): Promise<Survey> {
    const { site, docker, folder, options } = this.#parts;
    return site.wait(
      'the API server of the restarted lab',
      async () => {
        const seen = await survey(site, docker, folder, options.signal);
        return seen.kube === null ? { done: false, seen: seen.details.join(', ') } : { done: true, value: seen };
      },
      { timeoutMs, everyMs: LOOK_EVERY_MS, signal: options.signal },
    );
  }

  async #bringUp(found: Survey, hash: string): Promise<LabInfo> {
    const { site, images } = this.#parts;
    const { kube, deployed } = found;
    if (kube === null) throw new PreflightError(`the lab does not answer: ${found.details.join(', ')}`);
    const components = await describeComponents(site, images);
    const changed = components.filter((component) => !isDeployed(component, found));
    const onNodes = deployed?.images ?? found.info?.images ?? images.records;
    const stale = staleOf(onNodes, images.records);
    const info = await this.#writeInfo(kube, onNodes);
    if (found.state === 'ready' && changed.length === 0 && stale.length === 0) return info;
    if (found.run !== null) throw inUse(found.run);
    await this.#load(stale);
    await this.#deploy(kube, changed);
    await this.#waitReady(kube, components, info);
    const records = mergeRecords(onNodes, images.records);
    await writeDeployed(kube, toDeployed(hash, components, records));
    return this.#writeInfo(kube, records);
  }

  async #load(stale: readonly ImageRecord[]): Promise<void> {
    if (stale.length === 0) return;
    const { site, options } = this.#parts;
    const names = stale.map(({ name }) => name);
    const step = options.progress.begin(`Loading ${names.join(', ')} onto the nodes`);
    const archive = await site.images.archiveOf(names, options);
    await this.#kind.loadArchive(site.clusterName, archive, options.signal);
    step.done();
  }

  /** All at once: none of them needs another to be running. */
  async #deploy(kube: Kube, components: readonly Component[]): Promise<void> {
    if (components.length === 0) return;
    const { site, folder, tools, options } = this.#parts;
    const step = options.progress.begin(`Deploying ${components.map(({ name }) => name).join(', ')}`);
    const helm = new Helm(site.run, tools.helm, folder.kubeconfig);
    const oneFailed = new AbortController();
    const signal = AbortSignal.any([options.signal, oneFailed.signal]);
    for (const namespace of components.flatMap(({ namespaces }) => namespaces)) await kube.apply(namespace);
    await ensureAlertSecrets(kube, site);
    await this.#establish(
      kube,
      components.flatMap(({ kinds }) => kinds),
    );
    const installed = await Promise.allSettled(
      components.map((component) =>
        component.install(kube, helm, signal).catch((error: unknown) => {
          oneFailed.abort(error);
          throw error;
        }),
      ),
    );
    const failed = installed.find((each) => each.status === 'rejected');
    if (failed !== undefined) {
      step.failed('not deployed');
      throw oneFailed.signal.reason;
    }
    step.done();
  }

  /** Objects of a kind are refused until the API server serves it. */
  async #establish(kube: Kube, kinds: readonly KubeObject[]): Promise<void> {
    const { site, options } = this.#parts;
    for (const kind of kinds) {
      await kube.apply(kind);
      await site.wait(
        `the kind ${kind.metadata.name}`,
        async () => {
          const found = await kube.get(refOf(kind));
          return isEstablished(found) ? { done: true, value: true } : { done: false, seen: 'not established' };
        },
        { timeoutMs: ESTABLISH_MS, everyMs: LOOK_EVERY_MS, signal: options.signal },
      );
    }
  }

  async #waitReady(kube: Kube, components: readonly Component[], info: LabInfo): Promise<void> {
    const { site, options } = this.#parts;
    const expected = info.nodes.map(({ name }) => name);
    const workloads = components.flatMap((component) => component.workloads);
    const step = options.progress.begin('Waiting until everything is ready');
    try {
      await site.wait(
        'the lab',
        async () => {
          const problems = await missing(
            site,
            kube,
            { nodes: expected, workloads, ways: waysOf(info) },
            options.signal,
          );
          return problems.length === 0 ? { done: true, value: true } : { done: false, seen: tell(step, problems) };
        },
        { timeoutMs: READY_MS, everyMs: LOOK_EVERY_MS, signal: options.signal },
      );
      step.done();
    } catch (error: unknown) {
      step.failed(error instanceof WaitTimeoutError ? error.message : 'not ready');
      throw error;
    }
  }

  async #writeInfo(kube: Kube, records: readonly ImageRecord[]): Promise<LabInfo> {
    const { site, folder, docker, dockerHost, images, tools } = this.#parts;
    const [containers, nodes] = await Promise.all([
      docker.nodesOf(site.clusterName),
      kube.list({ apiVersion: 'v1', kind: 'Node' }),
    ]);
    const info = describeLab({
      clusterName: site.clusterName,
      kubeconfigPath: folder.kubeconfig,
      prometheusUrl: site.prometheusUrl,
      docker: docker.program,
      helm: tools.helm,
      dockerHost,
      containers,
      nodes,
      images: { ...images, records },
    });
    await folder.writeInfo(info);
    return info;
  }
}

function isEstablished(kind: KubeObject | null): boolean {
  const conditions = Object(kind?.status).conditions ?? [];
  return conditions.some(
    ({ type, status }: { type: string; status: string }) => type === 'Established' && status === 'True',
  );
}

function tell(step: ProgressStep, problems: readonly string[]): string {
  const text = problems.join(', ');
  step.update(text);
  return text;
}

function inUse(run: string): PreflightError {
  return new PreflightError(`run ${run} is using this lab`, { hint: 'Wait for it to end, or stop it with Ctrl-C.' });
}

function isDeployed(component: Component, { deployed, details }: Survey): boolean {
  const known = deployed?.components[component.name];
  const isGone = component.workloads.some(({ kind, name }) => details.includes(`${kind} ${name} is gone`));
  return known?.content === component.content && !isGone;
}

function toDeployed(cluster: string, components: readonly Component[], images: readonly ImageRecord[]): Deployed {
  const described = components.map(({ name, content, workloads }) => [name, { content, workloads: [...workloads] }]);
  return { version: 1, cluster, components: Object.fromEntries(described), images: [...images] };
}
