import { Cron } from 'croner';
import { z } from 'zod';
import { Duration } from './duration.ts';

/** A stretch of time that comes again and again. */
export interface Window {
  readonly effect: 'allow' | 'deny';
  readonly schedule: string;
  readonly durationMs: number;
  readonly timeZone: string;
}

/** Longer ones are said as their opposite. */
const LONGEST_MS = 7 * 24 * 3_600_000;

/** Schema of a window, e.g. every weekday from 22:00 on for 8 hours. */
export const WindowSchema = z
  .strictObject({
    effect: z
      .enum(['allow', 'deny'])
      .describe('allow: act only inside such windows; deny: never act inside, whatever is allowed'),
    schedule: z.string().min(9).max(100).describe('Cron expression with five fields: when the window opens'),
    duration: Duration.describe('How long it stays open, at most 7d'),
    timeZone: z.string().min(1).max(64).optional().describe('IANA time zone, UTC by default'),
  })
  .transform(({ duration: durationMs, timeZone = 'UTC', ...rest }, context): Window => {
    const problem =
      durationMs > LONGEST_MS ? 'a window may last at most 7d' : whyNoSchedule({ ...rest, durationMs, timeZone });
    if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
    return { ...rest, durationMs, timeZone };
  });

/** Whether a window is open at a moment (epoch milliseconds). */
export function isOpen(window: Window, nowMs: number): boolean {
  const opens = cron(window).nextRun(new Date(nowMs - window.durationMs));
  return opens !== null && opens.getTime() <= nowMs;
}

/** When a window opens next, epoch milliseconds; undefined when it never does. */
export function opensAtMs(window: Window, nowMs: number): number | undefined {
  return cron(window).nextRun(new Date(nowMs))?.getTime();
}

function cron({ schedule, timeZone }: Window): Cron {
  return new Cron(schedule, { timezone: timeZone, mode: '5-part' });
}

function whyNoSchedule(window: Window): string | undefined {
  try {
    return opensAtMs(window, Date.UTC(2024, 0, 1)) === undefined ? 'the schedule never comes' : undefined;
  } catch (error) {
    return `no schedule: ${error instanceof Error ? error.message : String(error)}`;
  }
}
