import { AbortedError, CommandError, FaultError } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Kube, KubeObject } from '../../ports/kube.ts';
import type { Release, ReleaseChange, Releases } from '../../ports/releases.ts';
import type { Run } from '../process/command.ts';
import type { Wait } from '../process/wait.ts';

const HELM_MS = 120_000;
/** By then Helm must have written down that it began. */
const BEGIN_MS = 30_000;

export interface HelmOptions {
  readonly run: Run;
  readonly wait: Wait;
  readonly clock: Clock;
  readonly kube: Kube;
  readonly helm: string;
  readonly kubeconfigPath: string;
  readonly context: string | undefined;
}

/** Helm through its command line; what state a release is in is read from Helm's records in the cluster. */
export class HelmReleases implements Releases {
  readonly #options: HelmOptions;

  constructor(options: HelmOptions) {
    this.#options = options;
  }

  async find(namespace: string, name: string): Promise<Release | null> {
    const labelSelector = `owner=helm,name=${name}`;
    const secrets = await this.#options.kube.list({ apiVersion: 'v1', kind: 'Secret', namespace, labelSelector });
    const newest = secrets.toSorted((a, b) => revisionOf(b) - revisionOf(a))[0];
    if (newest === undefined) return null;
    return { namespace, name, revision: revisionOf(newest), status: newest.metadata.labels?.status ?? 'unknown' };
  }

  async install(change: ReleaseChange, signal: AbortSignal): Promise<void> {
    await this.#helm(['install', change.release, change.chart, ...targetOf(change)], change, signal);
  }

  async upgrade(change: ReleaseChange, signal: AbortSignal): Promise<void> {
    await this.#helm(['upgrade', change.release, change.chart, ...targetOf(change)], change, signal);
  }

  async killUpgrade(change: ReleaseChange, killAfterMs: number, signal: AbortSignal): Promise<void> {
    const kill = new AbortController();
    const args = ['upgrade', change.release, change.chart, ...targetOf(change), '--wait', '--timeout', '10m'];
    const ended = this.#helm(args, change, AbortSignal.any([signal, kill.signal]), 'SIGKILL').then(
      () => new FaultError('Helm had finished before it could be killed'),
      (error: unknown) => error,
    );
    try {
      await Promise.race([this.#halfWay(change, killAfterMs, signal), ended]);
    } finally {
      kill.abort(new Error('killed half-way'));
    }
    const outcome = await ended;
    signal.throwIfAborted();
    if (!(outcome instanceof AbortedError)) throw outcome;
  }

  async rollback(namespace: string, release: string, revision: number, signal: AbortSignal): Promise<void> {
    const now = await this.find(namespace, release);
    if (now === null || (now.revision === revision && now.status === 'deployed')) return;
    await this.#helm(['rollback', release, String(revision), '--namespace', namespace], null, signal);
  }

  /** Resolves when Helm has worked for a while on an upgrade that it wrote down as begun. */
  async #halfWay({ namespace, release }: ReleaseChange, killAfterMs: number, signal: AbortSignal): Promise<void> {
    const { wait, clock } = this.#options;
    let begunAtMs: number | null = null;
    await wait(
      'Helm to be half-way',
      async () => {
        const now = await this.find(namespace, release);
        if (now?.status === 'pending-upgrade') begunAtMs ??= clock.now();
        const isHalfWay = begunAtMs !== null && clock.now() - begunAtMs >= killAfterMs;
        return isHalfWay ? { done: true, value: undefined } : { done: false, seen: now?.status ?? 'no release' };
      },
      { timeoutMs: BEGIN_MS + killAfterMs, everyMs: 100, signal },
    );
  }

  async #helm(
    args: readonly string[],
    change: ReleaseChange | null,
    signal: AbortSignal,
    endWith?: 'SIGKILL',
  ): Promise<void> {
    const { run, helm, kubeconfigPath, context } = this.#options;
    const env = { KUBECONFIG: kubeconfigPath, HELM_NAMESPACE: undefined, HELM_KUBECONTEXT: context };
    const options = { env, timeoutMs: HELM_MS, signal, ...(endWith === undefined ? {} : { endWith }) };
    try {
      await run(helm, args, change === null ? options : { ...options, input: JSON.stringify(change.values) });
    } catch (error: unknown) {
      if (!(error instanceof CommandError)) throw error;
      throw new FaultError(`Helm refused: ${error.failure.output.trim()}`, { cause: error });
    }
  }
}

/** Values are read from standard input; JSON is YAML. */
function targetOf({ namespace }: ReleaseChange): string[] {
  return ['--namespace', namespace, '--values', '-'];
}

function revisionOf({ metadata }: KubeObject): number {
  return Number(metadata.labels?.version ?? 0);
}
