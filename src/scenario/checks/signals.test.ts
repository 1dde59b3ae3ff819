import { describe, expect, it } from 'vitest';
import { formatIssue } from '../../errors.ts';
import { compileScenarios } from '../compile.ts';
import { SAMPLE, SAMPLE_STEADY_STATE } from '../model/sample.test-data.ts';

/** Lines that follow those of `recovery`. */
const compile = (lines: string, text = SAMPLE) =>
  compileScenarios(
    [{ path: 'f.yaml', text: `${text}    ${lines}\n` }],
    [{ path: 'l.yaml', text: SAMPLE_STEADY_STATE }],
    { digest: () => '' },
  );
const issuesOf = (lines: string, text = SAMPLE): string[] => compile(lines, text).issues.map(formatIssue);

describe('alerts and messages', () => {
  it('are turned into numbers', () => {
    const alerts = 'alerts: { fires: [{ name: ShopUnavailable, within: 20s }], silent: [NodeDown] }';
    const [recovery] = compile(alerts).scenarios.map((scenario) => scenario.recovery);
    expect(recovery).toMatchObject({
      fireAlerts: [{ name: 'ShopUnavailable', withinMs: 20_000 }],
      silentAlerts: ['NodeDown'],
    });
    const expected = '{ channel: slack, about: shop/shop-back, transitions: [opened, gave-up], max: 2 }';
    expect(compile(`notifications: { expect: [${expected}] }`).scenarios[0]?.recovery.expectMessages).toEqual([
      { channel: 'slack', about: 'shop/shop-back', transitions: ['opened', 'gave-up'], max: 2 },
    ]);
  });

  it('leave no trace where there are none', () => {
    const [{ recovery } = { recovery: {} }] = compile('# nothing').scenarios;
    for (const key of ['fireAlerts', 'silentAlerts', 'expectMessages']) expect(recovery).not.toHaveProperty(key);
  });

  it.each([
    ['alerts: { fires: [{ name: A, within: 1s }] }', /fires\[0\]\.within: expected at least 2s.*got 1s/],
    ['alerts: { fires: [{ name: A, within: 41s }] }', /fires\[0\]\.within: expected at most 40s.*got 41s/],
    ['alerts: { fires: [{ name: A, within: 9s }, { name: A, within: 8s }] }', /fires\[1\]\.name: A is expected twice/],
    ['alerts: { fires: [{ name: A, within: 9s }], silent: [A] }', /silent\[0\]: A is expected to fire too/],
    ['alerts: { silent: ["A or B"] }', /silent\[0\]: expected the name of an alert.*got "A or B"/],
    ['alerts: { fire: [] }', /unknown key.*did you mean fires/],
    [
      'notifications: { expect: [{ channel: slack, about: shop, transitions: [opened, resolved], max: 1 }] }',
      /expect\[0\]\.max: expected at least 2, one for each transition, got 1/,
    ],
    [
      'notifications: { expect: [{ channel: mail, about: shop, transitions: [opened], max: 1 }] }',
      /channel: expected one of slack, alertmanager, got "mail"/,
    ],
    [
      'notifications: { expect: [{ channel: slack, about: "Shop!", transitions: [opened], max: 1 }] }',
      /about: expected a namespace, or namespace\/name/,
    ],
    [
      'notifications: { expect: [{ channel: slack, about: shop, transitions: [], max: 1 }] }',
      /at least one transition/,
    ],
  ])('written as %s are refused', (lines, words) => {
    expect(issuesOf(lines).join('\n')).toMatch(words);
  });

  const calm = SAMPLE.replace(/ {2}fault:\n[\s\S]*? {2}blastRadius/, '  fault: none\n  blastRadius')
    .replace(/ {4}within: 30s\n/, '')
    .replace(/ {4}phases: .*\n/, '')
    .replace('by: healer', 'by: none')
    .replace(/ {4}actions:\n[\s\S]*$/, '');

  it('need a fault, except that alerts may be silent without one', () => {
    expect(issuesOf('alerts: { silent: [A] }', calm)).toEqual([]);
    expect(issuesOf('alerts: { fires: [{ name: A, within: 5s }] }', calm).join()).toMatch(/without a fault/);
    const expected = '{ channel: slack, about: shop, transitions: [opened], max: 1 }';
    expect(issuesOf(`notifications: { expect: [${expected}] }`, calm).join()).toMatch(/without a fault/);
  });
});
