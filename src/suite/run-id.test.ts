import { expect, it } from 'vitest';
import { newRunId } from './run-id.ts';

it('a run id sorts by time and is fit for a Kubernetes name and label', () => {
  const [early, late] = [newRunId(Date.UTC(2026, 0, 2, 3, 4, 5)), newRunId(Date.UTC(2026, 10, 20, 12))];
  expect(early).toMatch(/^20260102-030405-[0-9a-f]{6}$/);
  expect([late, early].toSorted()).toEqual([early, late]);
  expect(`healproof-undo-${late}`.length).toBeLessThanOrEqual(63);
});
