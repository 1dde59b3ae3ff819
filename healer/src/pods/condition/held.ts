import type { Assessment } from './observation.ts';

/** Judgement of a symptom that must last for `forMs` without a break. */
export function held(sinceMs: number, forMs: number, nowMs: number, symptom: string): Assessment {
  const heldMs = nowMs - sinceMs;
  if (heldMs < forMs) {
    return { kind: 'suspect', reason: `${symptom} for ${seconds(heldMs)}`, sinceMs, untilMs: sinceMs + forMs };
  }
  return { kind: 'unhealthy', reason: `${symptom} for ${seconds(heldMs)}, at least ${seconds(forMs)}`, sinceMs };
}

function seconds(ms: number): string {
  return `${Math.max(0, ms / 1000).toFixed(1)} s`;
}

export function round(value: number): string {
  return String(Number(value.toPrecision(3)));
}
