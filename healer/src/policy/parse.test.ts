import { describe, expect, it } from 'vitest';
import { policyObject, policyOf, SPEC } from '../../test/fakes/samples.ts';
import { parsePolicy, policyName } from './parse.ts';

const [slo, notReady, crashLoop] = SPEC.conditions;

function problemsOf(spec: unknown, namespace = 'shop'): string {
  const parsed = parsePolicy('HealingPolicy', policyObject(Object(spec), 'p', namespace), 'healproof-system');
  return parsed.ok ? '' : parsed.problems.join('\n');
}

const changed = (changes: object): unknown => ({ ...SPEC, ...changes });
const withConditions = (...conditions: unknown[]): unknown => changed({ conditions });
const window = { effect: 'allow', schedule: '0 22 * * 1-5', duration: '8h' };

describe('a policy', () => {
  it('has its durations in milliseconds and its thresholds as comparisons', () => {
    expect(policyOf(SPEC)).toMatchObject({
      name: 'shop/shop-back',
      namespaces: ['shop'],
      selector: { app: 'shop-back' },
      mode: 'auto',
      conditions: [
        { type: 'SLOViolation', forMs: 3_000, graceMs: 10_000, threshold: { operator: '>', limit: 0.5 } },
        { type: 'NotReady', forMs: 10_000, startupMs: 300_000 },
        { type: 'CrashLoop', restarts: 3 },
      ],
      limits: {
        minHealthy: { percent: 51 },
        cooldownMs: 60_000,
        maxCooldownMs: 3_600_000,
        budget: { actions: 3, perMs: 600_000 },
        giveUpAfter: 3,
        flap: { actions: 4, perMs: 1_800_000 },
        verifyWithinMs: 120_000,
      },
    });
  });

  it('has careful limits and a ladder that begins mildly where none are given', () => {
    const { limits, conditions } = policyOf({ ...SPEC, limits: {} });
    expect(limits).toMatchObject({ minHealthy: { percent: 51 }, cooldownMs: 60_000, budget: { actions: 3 } });
    expect(conditions[0]?.steps).toMatchObject([{ action: 'EvictPod', attempts: 2 }, { action: 'RestartRollout' }]);
  });

  it('may be one of the cluster, for the namespaces that it names', () => {
    const object = { metadata: { name: 'p' }, spec: { ...SPEC, namespaces: ['a', 'b'] } };
    const parsed = parsePolicy('ClusterHealingPolicy', object, 'healproof-system');
    expect(parsed).toMatchObject({ ok: true, policy: { name: 'p', namespaces: ['a', 'b'] } });
    expect(policyName(policyObject())).toBe('shop/shop-back');
  });

  it.each<[string, unknown, RegExp]>([
    ['an unknown key', changed({ selektor: {} }), /selektor/],
    ['an unknown condition', withConditions({ ...notReady, type: 'Unready' }), /conditions\[0\].*type/],
    [
      'a zero duration',
      withConditions({ ...notReady, for: '0s' }),
      /conditions\[0\]\.for: expected a duration .* got "0s"/,
    ],
    [
      'a duration without a unit',
      withConditions({ ...notReady, for: '10' }),
      /conditions\[0\]\.for: expected a duration/,
    ],
    ['a number as duration', changed({ limits: { cooldown: 60 } }), /limits\.cooldown/],
    [
      'a threshold without a comparison',
      withConditions({ ...slo, threshold: '0.5' }),
      /threshold: expected a comparison/,
    ],
    ['an impossible percentage', changed({ limits: { minHealthy: '151%' } }), /minHealthy: expected a percentage/],
    ['an empty selector', changed({ selector: { matchLabels: {} } }), /an empty selector would select every pod/],
    ['no selector', changed({ selector: undefined }), /selector/],
    ['no restarts', withConditions({ ...crashLoop, restarts: 0 }), /restarts/],
    ['a condition twice', withConditions(notReady, notReady), /named once/],
    ['no condition', withConditions(), /conditions/],
    ['a step nobody knows', withConditions({ ...notReady, steps: [{ action: 'Pray' }] }), /steps\[0\]\.action/],
    ['an empty ladder', withConditions({ ...notReady, steps: [] }), /steps/],
    ['a schedule that is none', changed({ windows: [{ ...window, schedule: 'at ten o clock' }] }), /no schedule/],
    ['a day that never comes', changed({ windows: [{ ...window, schedule: '0 0 31 2 *' }] }), /schedule/],
    ['a time zone nobody knows', changed({ windows: [{ ...window, timeZone: 'Mars/Base' }] }), /schedule/],
    ['a window longer than a week', changed({ windows: [{ ...window, duration: '8d' }] }), /at most 7d/],
    ['a pause without a reason', changed({ paused: { until: '2030-01-01T00:00:00Z' } }), /paused\.reason/],
    ['a pause until nonsense', changed({ paused: { until: 'soon', reason: 'r' } }), /paused\.until/],
    ['nothing at all', undefined, /spec/],
  ])('with %s is refused with a sentence', (_title, spec, sentence) => {
    expect(problemsOf(spec)).toMatch(sentence);
  });

  it.each([
    ['kube-system', /never acts in kube-system/],
    ['healproof-system', /its own namespace/],
  ])('in namespace %s is refused', (namespace, sentence) => {
    expect(problemsOf(SPEC, namespace)).toMatch(sentence);
  });

  it('of the cluster is refused for a namespace that is never acted in', () => {
    for (const namespace of ['kube-system', 'healproof-system']) {
      const object = { metadata: { name: 'p' }, spec: { ...SPEC, namespaces: ['shop', namespace] } };
      expect(parsePolicy('ClusterHealingPolicy', object, 'healproof-system').ok).toBe(false);
    }
  });

  it('is told every problem at once', () => {
    const spec = withConditions({ ...notReady, for: 'x' }, { ...crashLoop, restarts: -1 });
    expect(problemsOf(spec).split('\n')).toHaveLength(2);
  });
});
