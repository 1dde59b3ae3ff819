import { describe, expect, it } from 'vitest';
import { NOW_MS, pod } from '../../testing/samples.ts';
import { type Verification, verify } from './verify.ts';

const verification: Verification = {
  target: 'uid-old',
  actedAtMs: NOW_MS,
  withinMs: 60_000,
  known: new Set(['uid-old', 'uid-other']),
};
const old = pod({ name: 'old' });
const other = pod({ name: 'other' });
const fresh = pod({ name: 'fresh' });
const well = (): boolean => true;
const sick = (): boolean => false;

describe('verify', () => {
  it.each([
    ['the pod is gone and a new one is well', [other, fresh], well, 1, 'resolved'],
    ['the pod is going and a new one is well', [{ ...old, terminating: true }, fresh], well, 1, 'resolved'],
    ['the new one is not well yet', [other, fresh], sick, 59_999, 'pending'],
    ['only pods that were there before are well', [other], well, 59_999, 'pending'],
    ['the pod is still there beside a new one', [old, fresh], well, 59_999, 'pending'],
    ['the new one is being deleted', [{ ...fresh, terminating: true }], well, 59_999, 'pending'],
  ] as const)('when %s', (_title, pods, isWell, afterMs, kind) => {
    expect(verify(verification, pods, isWell, NOW_MS + afterMs).kind).toBe(kind);
  });

  it.each([
    ['nothing replaced the pod', [other], well],
    ['its replacement fresh is not Ready and well', [fresh], sick],
    ['the pod is still there', [old, fresh], well],
  ] as const)('expires because %s', (reason, pods, isWell) => {
    const verdict = verify(verification, pods, isWell, NOW_MS + 60_000);
    expect(verdict).toEqual({ kind: 'expired', reason: `${reason} 60 s after the eviction` });
  });
});
