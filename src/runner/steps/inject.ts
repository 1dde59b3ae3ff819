import { FaultError } from '../../errors.ts';
import { stepsOf } from '../../scenario/model/fault.ts';
import { prepareFaults } from '../faults/prepare.ts';
import type { PreparedFault } from '../faults/shared/prepared.ts';
import { FaultWatch } from '../run/fault-watch.ts';
import type { LiveFault, LiveFaults } from '../run/live-fault.ts';
import type { RunContext } from '../run/run-context.ts';
import { waitUntil } from '../waiting/wait-until.ts';
import { isPartProven, lookAt } from './prove.ts';

const LOOK_EVERY_MS = 250;

/**
 * Resolves the fault to exact objects, and for each looks once more while all is well, writes the way back, and injects.
 * What is in is told at once through `live`, however far the rest gets.
 */
export async function injectFaults(context: RunContext, live: LiveFaults): Promise<void> {
  const steps = stepsOf(live.fault);
  const prepared = await prepareFaults(context, live.fault);
  for (const [index, part] of prepared.entries()) {
    await untilDue(context, live, steps[index]?.afterMs ?? 0);
    live.parts.push(await inject(context, part));
  }
}

/** Between two faults of a sequence the earlier ones are looked at: their bite may show and pass. */
async function untilDue({ ports, signal }: RunContext, { parts }: LiveFaults, afterMs: number): Promise<void> {
  const dueAtMs = (parts[0]?.requestedAtMs ?? 0) + afterMs;
  if (parts.length === 0 || ports.clock.now() >= dueAtMs) return;
  await waitUntil(
    async () => {
      const open = parts.filter((part) => !isPartProven(part));
      await Promise.all(parts.map((part) => lookAt(part, open.includes(part), signal)));
      return ports.clock.now() >= dueAtMs ? { done: true, value: undefined } : { done: false, seen: 'not due yet' };
    },
    {
      clock: ports.clock,
      what: 'the next fault to be due',
      timeoutMs: 2 * afterMs + 60_000,
      everyMs: LOOK_EVERY_MS,
      signal,
    },
  );
}

async function inject(context: RunContext, prepared: PreparedFault): Promise<LiveFault> {
  const { ports, recorder, signal } = context;
  const { fault, plan, change } = prepared;
  recorder.fact('plan', plan);
  const { targets, peers, touched } = plan;
  const subject = { fault, targets, peers, touched, ...(change === undefined ? {} : { change }) };
  const witness = ports.witnesses.forFault(subject);
  const baseline = witness === null ? [] : await witness.look(signal);
  recorder.fact('baseline', baseline);
  const undoable = await prepared.protect();
  const watch = new FaultWatch(prepared.observe, recorder);
  const requestedAtMs = ports.clock.now();
  const refusal = await refusalOf(prepared.inject());
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
