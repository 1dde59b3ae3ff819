import { FaultError } from '../../errors.ts';
import type { Injection, Target, WitnessReading } from '../../experiment/evidence.ts';
import { type Plan, planFault } from '../../experiment/plan.ts';
import type { Witness } from '../../ports/witness.ts';
import type { ChaosMeshFault } from '../../scenario/scenario.ts';
import { FaultWatch } from '../fault-watch.ts';
import { judgeNodes } from '../pods.ts';
import type { RunContext, Undoable } from '../run-context.ts';
import { selectPods } from '../select-pods.ts';

/** A fault that is being put in, or is in, and everything seen of it. */
export interface LiveFault {
  readonly fault: ChaosMeshFault;
  readonly plan: Plan;
  readonly witness: Witness | null;
  readonly watch: FaultWatch;
  readonly baseline: readonly WitnessReading[];
  readonly requestedAtMs: number;
  readonly acceptedAtMs: number | null;
  readonly refusal: string | null;
  readonly undoable: Undoable;
  undoneAtMs: number | null;
}

/** Resolves the fault to exact pods, looks at them once more while all is well, writes the way back, and injects. */
export async function injectFault(context: RunContext, fault: ChaosMeshFault): Promise<LiveFault> {
  const { ports, runId, recorder, signal } = context;
  const plan = await resolveTargets(context, fault);
  recorder.fact('plan', plan);
  const witness = ports.witnesses.forFault({ fault, targets: plan.targets, peers: plan.peers });
  const baseline = witness === null ? [] : await witness.look(signal);
  recorder.fact('baseline', baseline);
  const ref = ports.injector.refOf(runId, fault.kind);
  const targets = [...plan.targets, ...plan.peers].map(({ namespace, name, uid }) => ({ namespace, name, uid }));
  const undoable = await context.undoLater({ op: 'delete', ref, waitGone: true, isFault: true, targets });
  const watch = new FaultWatch(ports.injector, ref, recorder);
  const requestedAtMs = ports.clock.now();
  const refusal = await refusalOf(ports.injector.inject(runId, fault.kind, plan.spec));
  const acceptedAtMs = refusal === null ? ports.clock.now() : null;
  return { fault, plan, witness, watch, baseline, requestedAtMs, acceptedAtMs, refusal, undoable, undoneAtMs: null };
}

async function refusalOf(injecting: Promise<void>): Promise<string | null> {
  try {
    await injecting;
    return null;
  } catch (error: unknown) {
    if (!(error instanceof FaultError)) throw error;
    return error.message;
  }
}

/** @throws FaultError with every reason for which this fault may not be injected. */
async function resolveTargets({ scenario, ports, seed }: RunContext, fault: ChaosMeshFault): Promise<Plan> {
  const home = ports.injector.refOf('', fault.kind).namespace ?? '';
  const other = fault.spec.target as { readonly selector?: unknown } | undefined;
  const [candidates, peerCandidates, judges] = await Promise.all([
    selectPods(ports.kube, fault.spec.selector, home),
    other === undefined ? [] : selectPods(ports.kube, other.selector, home),
    judgeNodes(ports.kube),
  ]);
  const { blastRadius } = scenario;
  const judgeNode = judges[0] ?? '';
  const { plan, refusals } = planFault({ fault, blastRadius, seed, candidates, peerCandidates, judgeNode });
  if (plan === null) throw new FaultError(`the fault may not be injected: ${refusals.join('; ')}`);
  return plan;
}

/** The injection as evidence. */
export function injectionEvidence(live: LiveFault, seed: number): Injection {
  const targets: readonly Target[] = live.plan.targets;
  return {
    requestedAtMs: live.requestedAtMs,
    acceptedAtMs: live.acceptedAtMs,
    refusal: live.refusal,
    seed,
    targets,
    baseline: live.baseline,
    readings: [...live.watch.readings],
    events: [...live.watch.events],
    sightings: [...live.watch.sightings],
    undoneAtMs: live.undoneAtMs,
  };
}
