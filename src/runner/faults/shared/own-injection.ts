import { HarnessError, messageOf } from '../../../errors.ts';
import type { InjectorEvent, Target } from '../../../experiment/evidence/evidence.ts';
import { targetName } from '../../../experiment/fault/target-name.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { InjectorState } from '../../../ports/fault-injector.ts';
import type { PreparedFault } from './prepared.ts';

interface OwnInjection {
  readonly clock: Clock;
  readonly targets: readonly Target[];
  readonly act: () => Promise<unknown>;
  /** Whether the fault stands now. */
  readonly stands: () => Promise<boolean>;
}

/** The runner as the injector: its own word that it did what it was told, and a look at whether that stands. */
export function ownInjection({ clock, targets, act, stands }: OwnInjection): Pick<PreparedFault, 'inject' | 'observe'> {
  const events: InjectorEvent[] = [];
  return {
    async inject() {
      await act();
      events.push(...applied(targets, clock.now()));
    },
    observe: async () => ({ ...(await sighted(clock, stands)), events }),
  };
}

function applied(targets: readonly Target[], atMs: number): InjectorEvent[] {
  return targets.map((target) => ({
    target: targetName(target),
    operation: 'Apply',
    outcome: 'Succeeded',
    atMs,
    message: '',
  }));
}

async function sighted(clock: Clock, stands: OwnInjection['stands']): Promise<Omit<InjectorState, 'events'>> {
  const atMs = clock.now();
  try {
    return { observation: { atMs, state: (await stands()) ? 'in-force' : 'gone' }, message: null };
  } catch (error: unknown) {
    if (!(error instanceof HarnessError)) throw error;
    return { observation: { atMs, state: 'unknown' }, message: messageOf(error) };
  }
}
