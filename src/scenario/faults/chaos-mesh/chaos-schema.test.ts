import { describe, expect, it } from 'vitest';
import { NETWORK_CHAOS_CRD } from '../../model/sample.test-data.ts';
import { chaosSchemasFromCrds, createSpecChecker } from './chaos-schema.ts';

const schemas = chaosSchemasFromCrds([
  { path: 'network.yaml', text: NETWORK_CHAOS_CRD },
  { path: 'workflow.yaml', text: NETWORK_CHAOS_CRD.replace('kind: NetworkChaos', 'kind: Workflow') },
  { path: 'unreadable.yaml', text: '{{' },
  { path: 'no-versions.yaml', text: 'spec:\n  names:\n    kind: TimeChaos\n' },
]);
const check = createSpecChecker(schemas);
const base = { action: 'delay', mode: 'one', selector: {} };

describe('a spec checked against its CRD', () => {
  it('takes experiment kinds alone from the files', () => {
    expect([...schemas.keys()]).toEqual(['NetworkChaos']);
  });

  it('has nothing to say about a kind without a schema', () => {
    expect(check('TimeChaos', { whatever: 1 })).toEqual([]);
  });

  it.each([
    [base],
    [{ ...base, selector: { anything: 'goes' }, target: { mode: 'all', value: 3, count: 1, selector: { a: ['b'] } } }],
    [{ ...base, target: { mode: 'all', value: '3' } }],
  ])('accepts %j', (spec) => {
    expect(check('NetworkChaos', spec)).toEqual([]);
  });

  it.each([
    [
      { ...base, actoin: 1 },
      {
        path: ['actoin'],
        atKey: true,
        message: expect.stringMatching(/^unknown field \(did you mean action\?\): expected one of action,/),
      },
    ],
    [
      { mode: 'one', selector: {} },
      { path: [], message: 'expected the field action, but it is missing', missing: [['action']] },
    ],
    [
      { ...base, mode: 3 },
      { path: ['mode'], message: 'expected string, got 3' },
    ],
    [
      { ...base, action: 'x' },
      { path: ['action'], message: 'expected one of partition, delay, got "x"' },
    ],
    [
      { ...base, target: { mode: 'ALL' } },
      { path: ['target', 'mode'], message: 'expected a text that matches ^[a-z-]+$, got "ALL"' },
    ],
    [
      { ...base, target: { mode: 'all', value: true } },
      { path: ['target', 'value'], message: 'expected integer or string, got true' },
    ],
    [
      { ...base, target: { mode: 'all', count: 0 } },
      { path: ['target', 'count'], message: 'must be >= 1, got 0' },
    ],
    [
      { ...base, target: { mode: 'all', selector: { 'a/b~c': ['x', 1] } } },
      { path: ['target', 'selector', 'a/b~c', 1], message: 'expected string, got 1' },
    ],
    [
      { ...base, selector: [] },
      { path: ['selector'], message: 'expected object, got a list of 0' },
    ],
  ])('refuses %j', (spec, problem) => {
    expect(check('NetworkChaos', spec)).toEqual([problem]);
  });

  it('says all that is wrong', () => {
    expect(check('NetworkChaos', { actoin: 1, mode: 3, target: { selector: 1 } })).toHaveLength(6);
  });
});
