import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildEvidence, T0 } from '../../../test/fixtures/evidence-builder.ts';
import {
  ALERT,
  alertWatch,
  buildSignals,
  EXPECTED,
  message,
  messageWatch,
  points,
  rule,
  SILENT,
} from '../../../test/fixtures/signal-builder.ts';
import type { Evidence } from '../evidence/evidence.ts';
import type { AlertWatch, Message, MessageWatch } from '../evidence/signals.ts';
import type { Judgement } from '../result/judgement.ts';
import { mayStopObserving } from '../verdict/observation.ts';
import { judge } from '../verdict/verdict.ts';

const codes = ({ reasons }: Judgement): string[] => reasons.map(({ code }) => code);

function withAlerts(
  fires: AlertWatch,
  silent: AlertWatch = alertWatch(SILENT, []),
  over: Partial<Evidence> = {},
): Evidence {
  return buildSignals({ alerts: [fires, silent], ...over });
}
function withMessages(messages: readonly Message[], over: Partial<MessageWatch> = {}): Evidence {
  return buildSignals({ messages: messageWatch(messages, over) });
}
/** Watched until the last moment at which something was still due. */
const lateStory = { observedToMs: 45_000 };

describe('claims about alerts and messages', () => {
  it('hold when the alert fired in time, the other was silent and the messages came', () => {
    const judged = judge(buildSignals());
    expect(judged).toMatchObject({ verdict: 'pass', reasons: [] });
    expect(judged.signals?.map(({ code }) => code)).toEqual([null, null, null]);
  });

  it('are not mentioned where none is made', () => {
    expect(judge(buildEvidence())).not.toHaveProperty('signals');
  });

  it('are unknown where nobody watched', () => {
    const { alerts: _alerts, messages: _messages, ...blind } = buildSignals();
    expect(codes(judge(blind))).toEqual(['WATCHER_ABSENT', 'WATCHER_ABSENT', 'WATCHER_ABSENT']);
  });

  it('do not count messages with the healer switched off, and still count alerts', () => {
    const off = { healer: 'off', backAtMs: null, actedAtMs: null, observedToMs: 60_000 } as const;
    const control = judge(buildSignals({ messages: messageWatch([]) }, off));
    expect(control).toMatchObject({ verdict: 'fail', controlHolds: true });
    const fired = { alerts: [alertWatch(ALERT, points(5_000, 60_000)), alertWatch(SILENT, points(9_000, 9_000))] };
    expect(judge(buildSignals(fired, off)).controlHolds).toBe(false);
  });
});

describe('an alert that must fire', () => {
  it.each<[string, Evidence, string[]]>([
    [
      'never did',
      buildSignals({ alerts: [alertWatch(ALERT, []), alertWatch(SILENT, [])] }, lateStory),
      ['ALERT_MISSING'],
    ],
    [
      'came too late',
      buildSignals({ alerts: [alertWatch(ALERT, points(23_000, 24_000)), alertWatch(SILENT, [])] }, lateStory),
      ['ALERT_MISSING'],
    ],
    [
      'cannot be told from one that came in time',
      withAlerts(alertWatch(ALERT, points(20_400, 25_000))),
      ['WITHIN_RESOLUTION'],
    ],
    ['had been firing before', withAlerts(alertWatch(ALERT, points(-3_000, 12_000))), ['GATE_NOT_MET']],
    [
      'had just been firing before',
      withAlerts(alertWatch(ALERT, [...points(-2_000, -1_000), ...points(5_000, 6_000)])),
      ['GATE_NOT_MET'],
    ],
    [
      'had still time to',
      withAlerts(alertWatch(ALERT, []), undefined, { observedToMs: T0 + 20_000 }),
      ['NO_DATA', 'NO_DATA'],
    ],
  ])('%s', (_name, evidence, expected) => {
    expect(codes(judge(evidence)).slice(0, expected.length)).toEqual(expected);
  });

  it('is not missing when its time was not over, or when the fault went away before', () => {
    const gone = buildSignals(
      { alerts: [alertWatch(ALERT, []), alertWatch(SILENT, [])] },
      {
        ...lateStory,
        injection: { undoneAtMs: T0 + 15_000 },
      },
    );
    expect(judge(gone).verdict).toBe('inconclusive');
  });

  it('may have fired before if it ended long before', () => {
    expect(judge(withAlerts(alertWatch(ALERT, [...points(-9_000, -6_000), ...points(5_000, 6_000)]))).verdict).toBe(
      'pass',
    );
  });

  it('is not believed to be new where the points begin at the start', () => {
    expect(codes(judge(withAlerts(alertWatch(ALERT, points(5_000, 9_000), { pointsFromMs: T0 - 1_000 }))))).toEqual([
      'NO_DATA',
    ]);
  });

  it('cannot be judged by a rule that is evaluated too seldom', () => {
    const sightings = alertWatch(ALERT, []).sightings.map(({ atMs }) => ({
      atMs,
      rules: [rule(atMs, { intervalMs: 10_000 })],
    }));
    const watch = alertWatch(ALERT, points(5_000, 9_000), { sightings, pointsFromMs: T0 - 60_000 });
    expect(codes(judge(withAlerts(watch)))).toEqual(['WITHIN_RESOLUTION']);
  });
});

describe('an alert that must be silent', () => {
  it('and fires refutes the claim', () => {
    expect(
      codes(judge(withAlerts(alertWatch(ALERT, points(5_000, 9_000)), alertWatch(SILENT, points(9_000, 9_000))))),
    ).toEqual(['ALERT_FIRED']);
  });

  it('and had been firing all along says nothing', () => {
    expect(
      codes(judge(withAlerts(alertWatch(ALERT, points(5_000, 9_000)), alertWatch(SILENT, points(-9_000, 20_000))))),
    ).toEqual(['GATE_NOT_MET']);
  });

  it('says so when it could not have fired so soon anyway', () => {
    const detailOf = (forMs: number) => {
      const slow = alertWatch(SILENT, []).sightings.map(({ atMs }) => ({ atMs, rules: [rule(atMs, { forMs })] }));
      const watch = alertWatch(SILENT, [], { sightings: slow });
      return judge(withAlerts(alertWatch(ALERT, points(5_000, 9_000)), watch)).signals?.[1]?.detail;
    };
    expect(detailOf(5_000)).toMatch(/evaluated throughout$/);
    expect(detailOf(60_000)).toMatch(/fires after 60\.0 s only, and was watched for 26\.0 s/);
  });

  const { sightings } = alertWatch(SILENT, []);
  it.each<[string, Partial<AlertWatch>]>([
    ['nobody ever saw its rule', { sightings: [] }],
    ['nobody looked before the start', { sightings: sightings.filter(({ atMs }) => atMs > T0) }],
    ['nobody looked until the end', { sightings: sightings.filter(({ atMs }) => atMs < T0 + 20_000) }],
    ['nobody looked for a while', { sightings: sightings.filter(({ atMs }) => Math.abs(atMs - T0 - 10_000) > 3_000) }],
    ['the rule was not there', { sightings: sightings.map(({ atMs }) => ({ atMs, rules: [] })) }],
    ['the rule was not there for a moment', { sightings: sightings.with(20, { atMs: T0 + 8_000, rules: [] }) }],
    [
      'the rule was exchanged',
      { sightings: sightings.with(20, { atMs: T0 + 8_000, rules: [rule(T0 + 8_000, { query: 'vector(0)' })] }) },
    ],
    [
      'an evaluation failed',
      { sightings: sightings.with(20, { atMs: T0 + 8_000, rules: [rule(T0 + 8_000, { health: 'err' })] }) },
    ],
    ['evaluations stood still', { sightings: sightings.with(20, { atMs: T0 + 8_000, rules: [rule(T0 + 4_000)] }) }],
    ['its points could not be read', { problem: 'connection refused' }],
  ])('is not known to be when %s', (_name, over) => {
    const { verdict } = judge(withAlerts(alertWatch(ALERT, points(5_000, 9_000)), alertWatch(SILENT, [], over)));
    expect(verdict).toBe('inconclusive');
  });
});

describe('a message', () => {
  const both = [message(8_100, 'opened'), message(12_500, 'resolved')];
  const dueLate = (messages: readonly Message[], over: Partial<MessageWatch> = {}): Evidence =>
    buildSignals({ messages: messageWatch(messages, over) }, lateStory);

  it.each<[string, Evidence, string[]]>([
    ['that does not come is missing', dueLate(both.slice(0, 1)), ['MESSAGE_MISSING']],
    [
      'about something else does not count',
      dueLate(both.map((each) => ({ ...each, about: { namespace: 'other' } }))),
      ['MESSAGE_MISSING'],
    ],
    [
      'through another channel does not count',
      dueLate(both.map((each) => ({ ...each, channel: 'alertmanager' as const }))),
      ['MESSAGE_MISSING'],
    ],
    ['from before the run does not count', dueLate([message(-3_000, 'opened'), ...both.slice(1)]), ['MESSAGE_MISSING']],
    ['that is still due is not missing', withMessages(both.slice(0, 1)), ['NO_DATA']],
    ['too many is one too many', withMessages([...both, message(14_000, 'opened')]), ['MESSAGE_REPEATED']],
    [
      'of another transition counts against the limit',
      withMessages([...both, message(14_000, 'acted')]),
      ['MESSAGE_REPEATED'],
    ],
  ])('%s', (_name, evidence, expected) => {
    expect(codes(judge(evidence))).toEqual(expected);
  });

  it('may be asked for about one object', () => {
    const asked = (about: string) =>
      judge(
        buildSignals(
          { messages: messageWatch(both) },
          { ...lateStory, recovery: { expectMessages: [{ ...EXPECTED, about }] } },
        ),
      );
    expect(asked('shop/shop-back').verdict).toBe('pass');
    expect(codes(asked('shop/shop-front'))).toEqual(['MESSAGE_MISSING']);
  });

  it('so near the start that the clocks cannot tell is neither there nor missing', () => {
    const sightings = messageWatch([]).sightings.map((look) => ({ ...look, nowMs: look.nowMs + 3_000 }));
    const doubtful = dueLate([message(1_000, 'opened'), message(12_500, 'resolved')], { sightings });
    expect(codes(judge(doubtful))).toEqual(['WATCHER_ABSENT']);
  });

  const { sightings } = messageWatch([]);
  const afresh = sightings.map((look) => (look.atMs > T0 + 9_000 ? { ...look, startedAtMs: T0 + 8_500 } : look));
  const RECEIVERS: readonly (readonly [string, Partial<MessageWatch>])[] = [
    ['never answered', { sightings: [] }],
    ['was not there before', { sightings: sightings.filter(({ atMs }) => atMs > T0) }],
    ['went away', { sightings: sightings.filter(({ atMs }) => atMs < T0 + 15_000) }],
    ['was gone for a while', { sightings: sightings.filter(({ atMs }) => Math.abs(atMs - T0 - 10_000) > 3_000) }],
    ['was started anew', { sightings: afresh }],
    ['began after the start', { sightings: sightings.map((look) => ({ ...look, startedAtMs: T0 + 1 })) }],
    ['lost messages', { sightings: sightings.map((look) => ({ ...look, complete: false })) }],
  ];

  it.each(RECEIVERS)('is neither missing nor enough when the receiver %s', (_name, over) => {
    expect(codes(judge(dueLate([], over)))).toEqual(['WATCHER_ABSENT']);
    expect(codes(judge(dueLate(both, over)))).toEqual(['WATCHER_ABSENT']);
  });

  it.each<[string, number[], string]>([
    ['the first', [7], '1 message is'],
    ['one between', [8], '1 message is'],
    ['the last', [9], '1 message is'],
    ['each', [7, 8, 9], '3 messages are'],
  ])('is neither missing nor enough when %s that the receiver took is not here', (_name, lost, told) => {
    const whole = messageWatch([message(8_100, 'opened'), message(10_000, 'acted'), message(12_500, 'resolved')]);
    const torn = { ...whole, messages: whole.messages.filter(({ sequence }) => !lost.includes(sequence)) };
    const judged = judge(
      buildSignals({ messages: torn }, { ...lateStory, recovery: { expectMessages: [{ ...EXPECTED, max: 3 }] } }),
    );
    expect(codes(judged)).toEqual(['WATCHER_ABSENT']);
    expect(judged.reasons[0]?.message).toContain(`of what it took ${told} not here`);
  });
});

describe('observation', () => {
  const at = (observedToMs: number, over: Partial<Evidence> = {}): Evidence => buildSignals(over, { observedToMs });

  it('ends with the recovery when alerts and messages are there', () => {
    expect(mayStopObserving(at(26_000))).toBe(true);
  });

  it('waits for an alert until it could not come in time any more', () => {
    const none = { alerts: [alertWatch(ALERT, []), alertWatch(SILENT, [])] };
    const slow = { recovery: { fireAlerts: [{ name: ALERT, withinMs: 35_000 }], expectMessages: [] } };
    const [early, end] = [34_000, 37_000].map((observedToMs) => buildSignals(none, { ...slow, observedToMs }));
    expect(early === undefined || mayStopObserving(early)).toBe(false);
    expect(end !== undefined && mayStopObserving(end)).toBe(true);
  });

  it('waits for a message until the recovery must have been over', () => {
    const silent = { messages: messageWatch([message(8_100, 'opened')]) };
    expect([mayStopObserving(at(40_000, silent)), mayStopObserving(at(45_000, silent))]).toEqual([false, true]);
  });
});

/** Everything that can be missing of what was seen of alerts and messages, each by itself enough to know less. */
const drop =
  (share: (atMs: number, index: number) => boolean) =>
  <T extends { readonly atMs: number }>(all: readonly T[]): T[] =>
    all.filter(({ atMs }, index) => !share(atMs, index));
type Loss = (evidence: Evidence) => Evidence;
const overAlerts =
  (change: (watch: AlertWatch) => AlertWatch): Loss =>
  (evidence) => ({ ...evidence, alerts: (evidence.alerts ?? []).map(change) });
const overMessages =
  (change: (watch: MessageWatch) => MessageWatch): Loss =>
  (evidence) =>
    evidence.messages === undefined ? evidence : { ...evidence, messages: change(evidence.messages) };
const hole = fc
  .tuple(fc.integer({ min: -12_000, max: 40_000 }), fc.integer({ min: 0, max: 30_000 }))
  .map(([fromMs, forMs]) => {
    return drop((atMs) => atMs >= T0 + fromMs && atMs <= T0 + fromMs + forMs);
  });
const loss: fc.Arbitrary<Loss> = fc.oneof(
  hole.map((cut) => overAlerts((watch) => ({ ...watch, sightings: cut(watch.sightings) }))),
  hole.map((cut) => overAlerts((watch) => ({ ...watch, points: cut(watch.points), problem: 'cut' }))),
  hole.map((cut) => overMessages((watch) => ({ ...watch, sightings: cut(watch.sightings) }))),
  hole.map((cut) => overMessages((watch) => ({ sightings: cut(watch.sightings), messages: cut(watch.messages) }))),
  fc.constant<Loss>(overAlerts((watch) => ({ ...watch, problem: 'connection refused' }))),
  fc.constant<Loss>(overMessages((watch) => ({ ...watch, sightings: [] }))),
  fc.constant<Loss>(({ alerts: _alerts, ...rest }) => rest),
  fc.constant<Loss>(({ messages: _messages, ...rest }) => rest),
);

describe('what was lost of alerts and messages', () => {
  const broken: readonly (readonly [string, Evidence])[] = [
    ['an alert that never fired', buildSignals({ alerts: [alertWatch(ALERT, []), alertWatch(SILENT, [])] }, lateStory)],
    [
      'an alert that fired',
      buildSignals(
        { alerts: [alertWatch(ALERT, points(5_000, 9_000)), alertWatch(SILENT, points(9_000, 11_000))] },
        lateStory,
      ),
    ],
    ['a message that never came', buildSignals({ messages: messageWatch([message(8_100, 'opened')]) }, lateStory)],
    [
      'a message too many',
      buildSignals(
        { messages: messageWatch([8, 9, 10].map((second) => message(second * 1_000, 'opened'))) },
        lateStory,
      ),
    ],
  ];

  it.each(broken)('never makes a pass of %s', (_name, evidence) => {
    expect(judge(evidence).verdict).toBe('fail');
    fc.assert(
      fc.property(fc.array(loss, { minLength: 1, maxLength: 4 }), (losses) => {
        const sparse = losses.reduce((told, lose) => lose(told), evidence);
        expect(judge(sparse).verdict).not.toBe('pass');
      }),
      { numRuns: 200 },
    );
  });

  it('never makes a fail of what holds', () => {
    fc.assert(
      fc.property(fc.array(loss, { minLength: 1, maxLength: 4 }), (losses) => {
        const whole = buildSignals({}, lateStory);
        expect(judge(losses.reduce((told, lose) => lose(told), whole)).verdict).not.toBe('fail');
      }),
      { numRuns: 200 },
    );
  });

  it('never lets a claim pass without a look at the watcher over the whole run', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 38_000 }),
        fc.integer({ min: 6_000, max: 40_000 }),
        fc.boolean(),
        (fromMs, forMs, ofAlerts) => {
          const cut = drop((atMs) => atMs > T0 + fromMs && atMs < T0 + fromMs + forMs);
          const lose: Loss = ofAlerts
            ? overAlerts((watch) => ({ ...watch, sightings: cut(watch.sightings) }))
            : overMessages((watch) => ({ ...watch, sightings: cut(watch.sightings) }));
          expect(judge(lose(buildSignals({}, lateStory))).verdict).toBe('inconclusive');
        },
      ),
      { numRuns: 200 },
    );
  });
});
