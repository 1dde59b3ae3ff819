import { expect, it } from 'vitest';
import { UsageError } from '../../errors.ts';
import type { Workbench } from '../workbench/workbench.ts';
import { cleanup } from './cleanup.ts';

/** Whoever looks at it fails the test in another way. */
const untouched = {} as Workbench;

it.each(['', '..', '../x', 'a,b', 'A', 'x'.repeat(64)])(
  'a run called %j is refused before anything is opened',
  async (id) => {
    await expect(cleanup(untouched, ['20261120-120000-7f3a1c', id])).rejects.toThrow(UsageError);
  },
);
