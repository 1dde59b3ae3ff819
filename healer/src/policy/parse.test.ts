import { describe, expect, it } from 'vitest';
import { POLICY_TEXT, policiesOf } from '../testing/samples.ts';
import { parsePolicies } from './parse.ts';

const parse = (text: string) => parsePolicies(text, 'healproof-system');

/** The sample text with one replacement, which must change it. */
function changed(from: string, to: string): string {
  const text = POLICY_TEXT.replace(from, to);
  if (text === POLICY_TEXT) throw new Error(`the sample text does not contain ${from}`);
  return text;
}

describe('parsePolicies', () => {
  it('turns durations into milliseconds and thresholds into comparisons', () => {
    const [policy] = policiesOf(POLICY_TEXT);
    expect(policy).toMatchObject({
      mode: 'auto',
      conditions: [
        { type: 'SloSick', forMs: 3_000, graceMs: 10_000, threshold: { operator: '>', limit: 0.5 } },
        { type: 'NotReady', forMs: 10_000, startupMs: 300_000 },
        { type: 'CrashLoop', restarts: 3 },
      ],
      limits: {
        minHealthy: { percent: 51 },
        cooldownMs: 60_000,
        budget: { actions: 3, perMs: 600_000 },
        giveUpAfter: 3,
        verifyWithinMs: 120_000,
      },
    });
  });

  it('has careful limits where none are given', () => {
    const text = 'policies: [{name: a, namespace: b, selector: {c: d}, conditions: [{type: NotReady, for: 10s}]}]';
    expect(policiesOf(text)[0]?.limits).toMatchObject({ minHealthy: { percent: 51 }, cooldownMs: 60_000 });
  });

  it.each([
    ['an unknown key', changed('selector:', 'selektor: {a: b}\n    selector:'), /selektor/],
    ['an unknown condition', changed('NotReady', 'Unready'), /conditions\[1\].*type/],
    ['a zero duration', changed('for: 10s', 'for: 0s'), /conditions\[1\]\.for: expected a duration .* got "0s"/],
    ['a duration without a unit', changed('for: 10s', 'for: "10"'), /conditions\[1\]\.for: expected a duration/],
    ['a number as duration', changed('cooldown: 60s', 'cooldown: 60'), /limits\.cooldown/],
    ['a threshold without a comparison', changed('"> 0.5"', '"0.5"'), /threshold: expected a comparison/],
    ['an impossible percentage', changed('"51%"', '"151%"'), /minHealthy: expected a percentage/],
    ['an empty selector', changed('{app: shop-back}', '{}'), /selector: an empty selector would select every pod/],
    ['the cluster’s own namespace', changed('namespace: shop', 'namespace: kube-system'), /never acts in kube-system/],
    ['the healer’s own namespace', changed('namespace: shop', 'namespace: healproof-system'), /its own namespace/],
    ['no restarts', changed('restarts: 3', 'restarts: 0'), /restarts/],
    ['a condition twice', changed('{type: CrashLoop, restarts: 3}', '{type: NotReady, for: 5s}'), /named once/],
    [
      'two policies of one name',
      `${POLICY_TEXT}${POLICY_TEXT.replace('\npolicies:', '')}`,
      /two policies named shop-back/,
    ],
    ['broken YAML', 'policies: [', /./],
    ['a key given twice', 'policies: []\npolicies: []', /unique/],
    ['an alias without an anchor', 'policies: *nothing', /./],
    ['an empty text', '', /policies\.yaml/],
    ['a list', '[]', /policies\.yaml/],
  ])('refuses %s with a sentence', (_title, text, sentence) => {
    const parsed = parse(text);
    expect(parsed.ok).toBe(false);
    expect(parsed.ok ? '' : parsed.problems.join('\n')).toMatch(sentence);
  });

  it('tells every problem at once', () => {
    const parsed = parse(changed('for: 10s', 'for: x').replace('restarts: 3', 'restarts: -1'));
    expect(parsed.ok ? [] : parsed.problems).toHaveLength(2);
  });
});
