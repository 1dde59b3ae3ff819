import { ANNOTATIONS } from '../names.ts';

/** Until when an object asks to be left alone, epoch milliseconds; a time nobody can read never passes. */
export function pausedUntilMs(annotations: Readonly<Record<string, string>> | undefined): number | undefined {
  const text = annotations?.[ANNOTATIONS.pausedUntil];
  if (text === undefined) return undefined;
  const atMs = Date.parse(text);
  return Number.isNaN(atMs) ? Number.POSITIVE_INFINITY : atMs;
}
