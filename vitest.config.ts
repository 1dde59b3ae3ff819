import { defineConfig } from 'vitest/config';

const unit = ['src', 'lab', 'healer', 'janitor/src', 'workloads', 'scripts'].map((root) => `${root}/**/*.test.ts`);

/** Contracts that say how soon something must be; they run alone, after the others. */
const timed = ['healer-probes', 'kube-layer'].map((name) => `test/contract/${name}.test.ts`);

export default defineConfig({
  test: {
    // One of two cores would be left to Vitest itself, which has next to nothing to do meanwhile.
    maxWorkers: '100%',
    projects: [
      // Files share what they import, which takes half of the time: nothing in them has a state of its own, and what a test
      // sets for the whole process (fake timers, PATH) it puts back. A file for which that is not so belongs into a project apart.
      { test: { name: 'unit', include: unit, isolate: false, testTimeout: 30_000, hookTimeout: 30_000 } },
      {
        test: {
          name: 'contract',
          include: ['test/contract/**/*.test.ts'],
          exclude: timed,
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'contract-timed',
          include: timed,
          testTimeout: 120_000,
          hookTimeout: 60_000,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.e2e.test.ts'],
          globalSetup: ['test/e2e/provide-lab.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'chart',
          include: ['test/chart/**/*.chart.test.ts'],
          globalSetup: ['test/chart/provide-cluster.ts'],
          testTimeout: 400_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
