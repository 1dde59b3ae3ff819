import { expect, it } from 'vitest';
import { StageClock, timeTable } from './stage-times.ts';

it('the table says where the minutes went, in the order in which stages began', () => {
  const times = [
    { name: 'check', fromMs: 400, toMs: 48_000 },
    { name: 'contract', fromMs: 48_000, toMs: 719_600 },
    { name: 'lab', fromMs: 0, toMs: 90_000 },
  ];
  expect(timeTable(times)).toBe(
    [
      'stage     from     to   took',
      'lab       0:00   1:30   1:30',
      'check     0:00   0:48   0:48',
      'contract  0:48  12:00  11:12',
    ].join('\n'),
  );
});

it('a stage is told of also where it fails or goes on beside another', async () => {
  const clock = new StageClock();
  const long = clock.time('long', () => new Promise((resolve) => setTimeout(resolve, 20)));
  await expect(clock.time('broken', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  await long;
  expect(clock.times.map(({ name }) => name)).toEqual(['broken', 'long']);
  for (const { fromMs, toMs } of clock.times) expect(toMs).toBeGreaterThanOrEqual(fromMs);
});
