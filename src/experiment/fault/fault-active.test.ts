import { describe, expect, it } from 'vitest';
import {
  buildEvidence,
  injectorEvent,
  PARTITION,
  POD_KILL,
  sightings,
  T0,
} from '../../../test/fixtures/evidence-builder.ts';
import type { Fault, SequenceFault } from '../../scenario/model/fault.ts';
import type { FaultObservation, Injection } from '../evidence/evidence.ts';
import { type ActivityQuestion, endedEarly } from './fault-active.ts';

const UNTIL = 30_000;

function ask(over: Partial<Injection> = {}, question: Partial<ActivityQuestion> = {}): string | null {
  const injection = buildEvidence({
    injection: { sightings: sightings(100, UNTIL + 2_000), undoneAtMs: null, ...over },
  }).injection;
  if (injection === null) throw new Error('the story has a fault');
  const usual = {
    fault: PARTITION,
    injection,
    untilMs: T0 + UNTIL,
    ownEndCounts: true,
    removed: new Map(),
    clockSkewMs: 0,
  };
  return endedEarly({ ...usual, ...question });
}

const lasting = (durationMs: number | null): Fault => ({ ...PARTITION, durationMs }) as Fault;
const seen = (atMs: number, state: FaultObservation['state']): FaultObservation => ({ atMs: T0 + atMs, state });
const without = (fromMs: number, toMs: number): FaultObservation[] =>
  sightings(100, UNTIL + 2_000).filter(({ atMs }) => atMs < T0 + fromMs || atMs > T0 + toMs);
const recover = injectorEvent(20_000, { operation: 'Recover' });

describe('endedEarly', () => {
  it('is null while it was seen in force from injection to the end', () => {
    expect(ask()).toBeNull();
  });

  it.each<{ what: string; over: Partial<Injection>; why: RegExp }>([
    { what: 'the runner took it back', over: { undoneAtMs: T0 + 29_000 }, why: /taken back 29\.0 s/ },
    {
      what: 'the injector recovered it',
      over: { events: [injectorEvent(0), recover] },
      why: /from shop\/shop-back-1 20\.0 s/,
    },
    {
      what: 'the injector tried to recover it',
      over: { events: [injectorEvent(20_000, { operation: 'Recover', outcome: 'Failed' })] },
      why: /took it back/,
    },
    {
      what: 'it was seen ending',
      over: { sightings: [...sightings(100, 40_000), seen(15_500, 'ending')] },
      why: /seen ending 15\.5 s/,
    },
    {
      what: 'it was seen gone',
      over: { sightings: [...sightings(100, 40_000), seen(15_500, 'gone')] },
      why: /seen gone/,
    },
    {
      what: 'it was not looked at for a while',
      over: { sightings: without(10_000, 16_000) },
      why: /later than 9\.1 s/,
    },
    {
      what: 'it could not be seen for a while',
      over: { sightings: [...without(10_000, 16_000), seen(13_000, 'unknown')] },
      why: /later than 9\.1 s/,
    },
    {
      what: 'the last look lies before the end',
      over: { sightings: sightings(100, UNTIL - 500) },
      why: /later than 29\.1 s/,
    },
    { what: 'nobody looked', over: { sightings: [] }, why: /later than 0\.1 s/ },
  ])('says so when $what', ({ over, why }) => {
    expect(ask(over)).toMatch(why);
  });

  it('does not mind what happens after the end', () => {
    const late = { sightings: [...sightings(100, UNTIL + 500), seen(31_500, 'gone')], undoneAtMs: T0 + 31_000 };
    expect(ask({ ...late, events: [injectorEvent(31_000, { operation: 'Recover' })] })).toBeNull();
  });

  it('does not take the stamp of our own undoing, cut to a whole second, for an earlier end', () => {
    const events = [injectorEvent(30_000, { operation: 'Recover' })];
    const late = { sightings: sightings(100, UNTIL + 500), events };
    expect(ask({ ...late, undoneAtMs: T0 + 30_700 })).toBeNull();
    expect(ask({ ...late, undoneAtMs: T0 + 31_700 })).toMatch(/took it back/);
  });

  it('does not mind that the fault was not there before it was accepted', () => {
    expect(ask({ sightings: [seen(-500, 'gone'), seen(20, 'gone'), ...sightings(100, 40_000)] })).toBeNull();
  });

  it('lets the clocks differ', () => {
    expect(ask({ sightings: sightings(100, UNTIL + 400) }, { clockSkewMs: 2_000 })).toMatch(/later than/);
    expect(ask({ events: [injectorEvent(31_000, { operation: 'Recover' })] }, { clockSkewMs: 2_000 })).toMatch(
      /took it back/,
    );
  });

  it('takes the replacement of a target for healing, not for the end of the fault', () => {
    const over = { events: [injectorEvent(0), recover] };
    expect(ask(over, { removed: new Map([['uid-1', T0 + 19_000]]) })).toBeNull();
    expect(ask(over, { removed: new Map([['uid-1', T0 + 25_000]]) })).toMatch(/took it back/);
    expect(ask(over, { removed: new Map([['uid-2', T0 + 19_000]]) })).toMatch(/took it back/);
  });

  it('takes a recovery on the other side of the fault for its end', () => {
    const events = [injectorEvent(20_000, { operation: 'Recover', target: 'shop/shop-front-1' })];
    expect(ask({ events }, { removed: new Map([['uid-1', T0 + 19_000]]) })).toMatch(/shop-front-1/);
  });

  it('cannot end when it is a one-shot', () => {
    expect(ask({ sightings: [], undoneAtMs: T0 + 1 }, { fault: POD_KILL })).toBeNull();
  });

  it('is no one-shot only because its duration is not known', () => {
    expect(ask({}, { fault: lasting(null) })).toBeNull();
    expect(ask({ sightings: [] }, { fault: lasting(null) })).toMatch(/later than/);
  });

  describe('with a duration shorter than needed', () => {
    const short = { fault: lasting(20_000) };

    it('has ended early where its own end counts', () => {
      expect(ask({}, short)).toMatch(/own duration ended it before 30\.0 s/);
    });

    it('has ended early too when only the whole second of its stamp is left', () => {
      expect(ask({}, { fault: lasting(UNTIL + 900) })).toMatch(/own duration/);
      expect(ask({}, { fault: lasting(UNTIL + 1_001) })).toBeNull();
    });

    it('has not where its own end is part of the story', () => {
      const over = { sightings: [...sightings(100, 18_500), seen(20_100, 'ending'), seen(21_000, 'gone')] };
      expect(ask(over, { ...short, ownEndCounts: false })).toBeNull();
    });

    it.each<{ what: string; over: Partial<Injection> }>([
      {
        what: 'it was gone before its own end',
        over: { sightings: [...sightings(100, 10_000), seen(12_000, 'gone')] },
      },
      { what: 'it was lost from sight before', over: { sightings: sightings(100, 10_000) } },
      { what: 'it was taken back before', over: { undoneAtMs: T0 + 10_000 } },
    ])('has all the same when $what', ({ over }) => {
      expect(ask(over, { ...short, ownEndCounts: false })).not.toBeNull();
    });
  });
});

describe('a change that somebody puts right', () => {
  const object = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'back' };
  const fault: Fault = { type: 'kubernetes', change: { verb: 'scale', object, replicas: 0 }, durationMs: null };
  const until = (goneAtMs: number): FaultObservation[] => [
    ...sightings(100, goneAtMs - 500),
    ...samplesGone(goneAtMs, UNTIL + 2_000),
  ];
  const samplesGone = (fromMs: number, toMs: number): FaultObservation[] =>
    sightings(fromMs, toMs).map(({ atMs }) => ({ atMs, state: 'gone' }));
  const removed = (atMs: number) => new Map([['uid-1', T0 + atMs]]);

  it('is healed, not ended, where a remedy of the target came just before', () => {
    expect(ask({ sightings: until(9_000) }, { fault, removed: removed(8_600) })).toBeNull();
  });

  it.each([
    ['nobody acted', new Map()],
    ['the remedy came after', removed(12_000)],
    ['the remedy was long before', removed(1_000)],
  ])('has ended early where %s', (_what, who) => {
    expect(ask({ sightings: until(9_000) }, { fault, removed: who })).toMatch(/seen gone 9\.0 s/);
  });

  it('is in force while the object stands as the fault made it, whoever acted on it', () => {
    expect(ask({}, { fault, removed: removed(8_600) })).toBeNull();
  });

  it('of a node is not ended by a pod that is moved away', () => {
    const pause: Fault = { type: 'node', action: 'pause', node: {}, durationMs: 180_000 };
    expect(ask({ sightings: until(9_000) }, { fault: pause, removed: removed(8_600) })).toMatch(/seen gone/);
  });
});

describe('a sequence', () => {
  const steps = [PARTITION, POD_KILL].map((fault) => ({ afterMs: 0, fault })) as SequenceFault['steps'];
  const fault: SequenceFault = { type: 'sequence', steps };
  const part = (over: Partial<Injection> = {}): Injection => {
    const { injection } = buildEvidence({
      injection: { sightings: sightings(100, UNTIL + 2_000), undoneAtMs: null, ...over },
    });
    if (injection === null) throw new Error('the story has a fault');
    return injection;
  };

  it('is in force while each of its faults is', () => {
    expect(ask({ parts: [part(), part({ sightings: [] })] }, { fault })).toBeNull();
  });

  it.each([
    ['one of them ended', [part({ sightings: without(8_000, 60_000) }), part()], /fault 1 of 2: nothing shows/],
    ['one of them was never injected', [part()], /fault 2 of 2 was never injected/],
    ['nothing is known of its faults', undefined, /fault 1 of 2 was never injected/],
  ])('has ended early when %s', (_what, parts, why) => {
    expect(ask(parts === undefined ? {} : { parts }, { fault })).toMatch(why);
  });
});
