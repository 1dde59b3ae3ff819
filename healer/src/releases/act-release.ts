import type { V1Secret } from '@kubernetes/client-node';
import type { Clock } from '../clock.ts';
import { describeError } from '../errors.ts';
import { RETRY_MS, refused } from '../incidents/refused.ts';
import type { RemedyResult } from '../incidents/remedy.ts';
import { KubeError } from '../kube/kube-error.ts';
import type { ReleasePlan } from './decide-release.ts';
import type { HelmCommand, HelmResult, ReleaseAddress } from './helm-command.ts';
import { type ReleaseRevision, releaseKey } from './secrets/release.ts';
import { type SeenRelease, viewReleaseSecret } from './secrets/release-view.ts';

export interface ReleaseApi {
  /** Every Secret of a release, past every cache. */
  readRelease(namespace: string, release: string): Promise<V1Secret[]>;
}

export interface ReleaseActParts {
  readonly api: ReleaseApi;
  readonly helm: Pick<HelmCommand, 'rollback' | 'uninstall'>;
  readonly clock: Clock;
}

export type ReleaseAct = Exclude<ReleasePlan, { kind: 'leave' }>;

/**
 * Carries a plan out with helm, after a last look at the newest revision. `stillMine` is asked last of all. Helm knows
 * no precondition, but names the revision that it makes before it touches anything, so of two writers at once one fails.
 */
export async function actOnRelease(
  { api, helm, clock }: ReleaseActParts,
  plan: ReleaseAct,
  stillMine: () => boolean,
): Promise<RemedyResult> {
  const { from } = plan;
  let started = false;
  try {
    const before = await newest(api, from);
    if (!isSame(before, from)) {
      return refused('StaleWatch', `looked at again just before acting: ${releaseKey(from)} has moved on`);
    }
    if (!stillMine()) return refused('NotMyShard', 'the lease could not be confirmed just before acting');
    started = true;
    const result = plan.kind === 'rollback' ? await helm.rollback(from, plan.to.revision) : await helm.uninstall(from);
    return judge(plan, result, await newest(api, from), clock.nowMs());
  } catch (error) {
    if (error instanceof KubeError) {
      return { kind: 'failed', reason: error.message, unsure: started, retryAfterMs: error.retryAfterMs ?? RETRY_MS };
    }
    if (isNodeError(error)) {
      const reason = `helm cannot be started: ${describeError(error)}`;
      return { kind: 'failed', reason, unsure: false, retryAfterMs: 60_000 };
    }
    throw error;
  }
}

/** What helm left behind counts, not what it said. Pure. */
function judge(
  plan: ReleaseAct,
  { exitCode, timedOut, message }: HelmResult,
  after: SeenRelease | undefined,
  nowMs: number,
): RemedyResult {
  const { from } = plan;
  if (plan.kind === 'uninstall') {
    if (after === undefined) return { kind: 'accepted', actedAtMs: nowMs, detail: `uninstalled ${releaseKey(from)}` };
  } else if (
    after?.revision?.rollback === true &&
    after.number > from.revision &&
    after.revision.status === 'deployed'
  ) {
    const passed =
      after.number === from.revision + 1 ? '' : `; somebody else wrote revision ${after.number - 1} meanwhile`;
    const detail = `rolled ${releaseKey(from)} back to revision ${plan.to.revision}, as revision ${after.number}${passed}`;
    return { kind: 'accepted', actedAtMs: nowMs, generation: after.number, detail };
  }
  const end = timedOut ? 'helm took too long and was ended' : `helm ended with ${exitCode}`;
  const reason = message === '' ? end : `${end}: ${message}`;
  // Without a trace in the history nothing was touched.
  const untouched = after !== undefined && isSame(after, from);
  return { kind: 'failed', reason, unsure: !untouched, retryAfterMs: RETRY_MS };
}

/** The newest revision as the API server has it now. */
export async function newest(
  api: ReleaseApi,
  { namespace, release }: ReleaseAddress,
): Promise<SeenRelease | undefined> {
  const secrets = await api.readRelease(namespace, release);
  const seen = secrets.map((secret) => viewReleaseSecret(secret, undefined, () => undefined));
  return seen.sort((a, b) => b.number - a.number)[0];
}

function isSame(seen: SeenRelease | undefined, { uid, revision, status, changedAtMs }: ReleaseRevision): boolean {
  const now = seen?.revision;
  return (
    now !== undefined &&
    now.uid === uid &&
    now.revision === revision &&
    now.status === status &&
    now.changedAtMs === changedAtMs
  );
}

function isNodeError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}
