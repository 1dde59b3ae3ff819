import { randomBytes, randomInt } from 'node:crypto';

/** Sorts by time, and is fit for a Kubernetes name and label: `20261120-120000-7f3a1c`. */
export function newRunId(nowMs: number): string {
  const time = new Date(nowMs).toISOString().slice(0, 19).replaceAll('-', '').replace('T', '-').replaceAll(':', '');
  return `${time}-${randomBytes(3).toString('hex')}`;
}

export function newSeed(): number {
  return randomInt(2 ** 31);
}
