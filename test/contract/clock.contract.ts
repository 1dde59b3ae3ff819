import { describe, expect, it } from 'vitest';
import type { Clock } from '../../src/ports/clock.ts';

/** What every `Clock` must do. */
export function clockContract(name: string, open: () => Clock): void {
  describe(`${name}, as a clock,`, () => {
    it('has moved on by at least as long as was slept', async () => {
      const clock = open();
      const beforeMs = clock.now();
      const steadyBeforeMs = clock.steadyMs();
      await clock.sleep(20);
      // Timers of the machine may fire within the millisecond before.
      expect(clock.now() - beforeMs).toBeGreaterThanOrEqual(19);
      expect(clock.steadyMs() - steadyBeforeMs).toBeGreaterThanOrEqual(19);
    });

    it('wakes in the order of the times', async () => {
      const clock = open();
      const woken: string[] = [];
      const sleep = async (ms: number): Promise<void> => {
        await clock.sleep(ms);
        woken.push(`${ms} ms`);
      };
      await Promise.all([sleep(40), sleep(5), sleep(0)]);
      expect(woken).toEqual(['0 ms', '5 ms', '40 ms']);
    });

    it('wakes at once when aborted, with the reason', async () => {
      const controller = new AbortController();
      const sleeping = open().sleep(3_600_000, controller.signal);
      controller.abort(new Error('enough'));
      await expect(sleeping).rejects.toThrow('enough');
    });

    it('does not fall asleep when already aborted', async () => {
      await expect(open().sleep(3_600_000, AbortSignal.abort(new Error('too late')))).rejects.toThrow('too late');
    });
  });
}
