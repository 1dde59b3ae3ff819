import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { analysePromql } from '../../../test/fixtures/analyse-promql.ts';
import { UsageError } from '../../errors.ts';
import { compilePaths } from './scenario-files.ts';

it('is neither hung nor fed by what is no file, such as a pipe that nobody writes to', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'healproof-pipe-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  execFileSync('mkfifo', [join(dir, 'pipe.yaml')]);
  const project = { projectDir: dir, crdsDir: null, analysePromql };
  await expect(compilePaths([join(dir, 'pipe.yaml')], project)).rejects.toThrow(UsageError);
});
