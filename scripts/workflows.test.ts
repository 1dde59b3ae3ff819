import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';

const ROOT = join(import.meta.dirname, '..');
const workflows = readdirSync(join(ROOT, '.github/workflows')).map((name) => join('.github/workflows', name));

it.each([...workflows, 'action.yml'])('%s can be read, and every step does something', (file) => {
  const { jobs, runs } = parse(readFileSync(join(ROOT, file), 'utf8')) as {
    readonly jobs?: Record<string, { readonly steps: object[]; readonly 'timeout-minutes'?: number }>;
    readonly runs?: { readonly steps: object[] };
  };
  const steps = [...Object.values(jobs ?? {}), ...(runs === undefined ? [] : [runs])].flatMap((each) => each.steps);
  expect(steps.length).toBeGreaterThan(0);
  for (const step of steps) expect(Object.keys(step).filter((key) => key === 'uses' || key === 'run')).toHaveLength(1);
  for (const job of Object.values(jobs ?? {})) expect(job['timeout-minutes']).toBeGreaterThan(0);
});

it('.ci/run can be started', () => {
  expect(statSync(join(ROOT, '.ci/run')).mode & 0o111).toBe(0o111);
});
