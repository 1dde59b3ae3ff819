import { counted } from '../../src/counted.ts';
import { PreflightError, WaitTimeoutError } from '../../src/errors.ts';
import type { ImageRecord } from '../../src/experiment/run-record/environment.ts';
import type { Kube } from '../../src/ports/kube.ts';
import type { LabInfo } from '../../src/ports/lab.ts';
import { type Component, describeComponents } from '../components/components.ts';
import type { CreateLabParts } from './create-parts.ts';
import { deploy, waitReady } from './deploy.ts';
import { inspectLab, type LabInspection } from './inspect.ts';
import { Kind } from './kind.ts';
import type { RenderedKindConfig } from './kind-config.ts';
import { describeLab } from './lab-info.ts';
import { type Deployed, writeDeployed } from './lab-state.ts';
import { mergeRecords, staleOf } from './node-images.ts';
import { refuseForeign } from './ownership.ts';
import { preflight } from './preflight.ts';
import { type ReadyConfig, readyConfig, whyAnew } from './ready-config.ts';
import { inUse } from './run-in-progress.ts';
import { wake, warmUp } from './wake.ts';

/** Brings a lab from whatever state it is in to one that can be used, doing only what is missing. */
export class CreateLab {
  readonly #parts: CreateLabParts;
  readonly #kind: Kind;

  constructor(parts: CreateLabParts) {
    this.#parts = parts;
    this.#kind = new Kind(parts.site.run, parts.tools.kind, parts.docker);
  }

  async run(): Promise<LabInfo> {
    const { site, docker, folder, options } = this.#parts;
    const config = await readyConfig(site.kindConfigPath, folder, this.#parts.images);
    const surveyed = await inspectLab(site, docker, folder, options.signal);
    refuseForeign(site.clusterName, surveyed.owner);
    const found = await warmUp(surveyed, this.#parts);
    const why = whyAnew(found, config.hash);
    if (why !== null) return this.#makeAnew(found, why, config);
    try {
      return await this.#bringUp(await wake(found, this.#parts), config.hash);
    } catch (error: unknown) {
      if (!(error instanceof WaitTimeoutError)) throw error;
      return this.#makeAnew(await inspectLab(site, docker, folder, options.signal), error.message, config);
    }
  }

  async #makeAnew(found: LabInspection, why: string, { rendered, hash }: ReadyConfig): Promise<LabInfo> {
    const { site, docker, folder, options } = this.#parts;
    if (found.state !== 'absent') await this.#clear(found, why);
    await this.#create(rendered);
    return this.#bringUp(await inspectLab(site, docker, folder, options.signal), hash);
  }

  async #clear(found: LabInspection, why: string): Promise<void> {
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
    const step = options.progress.begin(
      `Creating the kind cluster ${site.clusterName} (${counted(nodeCount, 'node')})`,
    );
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

  async #bringUp(found: LabInspection, hash: string): Promise<LabInfo> {
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
    await deploy(kube, changed, this.#parts);
    await waitReady(kube, components, info, this.#parts);
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

function isDeployed(component: Component, { deployed, details }: LabInspection): boolean {
  const known = deployed?.components[component.name];
  const isGone = component.workloads.some(({ kind, name }) => details.includes(`${kind} ${name} is gone`));
  return known?.content === component.content && !isGone;
}

function toDeployed(cluster: string, components: readonly Component[], images: readonly ImageRecord[]): Deployed {
  const described = components.map(({ name, content, workloads }) => [name, { content, workloads: [...workloads] }]);
  return { version: 1, cluster, components: Object.fromEntries(described), images: [...images] };
}
