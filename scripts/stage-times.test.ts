import { expect, it } from 'vitest';
import { timeTable } from './stage-times.ts';

it('says of every stage when it ran, counted from the first, and how long it took', () => {
  const times = [
    { stage: 'check', fromMs: 10_000, toMs: 75_400 },
    { stage: 'unit tests', fromMs: 75_400, toMs: 675_400 },
  ];
  expect(timeTable(times)).toBe('check        0:00 –  1:05   1:05\nunit tests   1:05 – 11:05  10:00');
});
