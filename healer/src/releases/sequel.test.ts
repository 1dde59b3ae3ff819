import { describe, expect, it } from 'vitest';
import { readSequel } from './sequel.ts';

describe('what a newer revision says about the incident of an older one', () => {
  it.each([
    ['nothing was sent', false, { rollback: true, status: 'deployed' }, 'healthy', 'superseded'],
    ['its user wrote it', true, { rollback: false, status: 'failed' }, 'unhealthy', 'superseded'],
    ['the rollback is deployed', true, { rollback: true, status: 'deployed' }, 'suspect', 'carried-out'],
    ['the rollback is deployed but broken', true, { rollback: true, status: 'deployed' }, 'unhealthy', 'carried-out'],
    ['helm is at work', true, { rollback: true, status: 'pending-rollback' }, 'suspect', 'under-way'],
    ['helm was killed at work', true, { rollback: true, status: 'pending-rollback' }, 'unhealthy', 'unfinished'],
    ['the rollback failed a moment ago', true, { rollback: true, status: 'failed' }, 'suspect', 'under-way'],
    ['the rollback failed', true, { rollback: true, status: 'failed' }, 'unhealthy', 'unfinished'],
  ] as const)('%s', (_title, sent, latest, kind, sequel) => {
    expect(readSequel(sent, latest, { kind })).toBe(sequel);
  });
});
