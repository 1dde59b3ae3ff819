import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../../test/fakes/fake-clock.ts';
import { FakeMetrics } from '../../../test/fakes/fake-metrics.ts';
import { analysePromql } from '../../../test/fixtures/analyse-promql.ts';
import type { RunEvent } from '../../ports/reporter.ts';
import { Recorder } from '../recording/recorder.ts';
import type { RunContext } from '../run/run-context.ts';
import { passGate } from './gate.ts';

const PROBE = { name: 'answers', query: 'up', tolerance: { kind: 'compare', operator: '>', value: 0 }, forMs: 2_000 };

/** The healer has its data from `awakeAfterMs` on. */
function gateOf(
  awakeAfterMs: number,
  options: { readonly healer?: 'on' | 'off'; readonly needsHealer?: boolean; readonly isScraped?: boolean } = {},
) {
  const { healer = 'on', needsHealer = true, isScraped = true } = options;
  const clock = new FakeClock();
  const startMs = clock.now();
  const metrics = new FakeMetrics();
  metrics.otherwise = () => [1];
  const points = Array.from({ length: 60 }, (_, index) => ({ atMs: startMs + (index - 10) * 1_000, value: 1 }));
  if (isScraped) metrics.points('up', [{ labels: {}, points }]);
  const events: RunEvent[] = [];
  const remediation = {
    read: async (fromMs: number) => {
      const aliveThroughout = fromMs - startMs >= awakeAfterMs;
      return { records: [], aliveThroughout, detail: aliveThroughout ? 'awake' : 'a rule stood still' };
    },
  };
  const context = {
    scenario: {
      steadyState: [PROBE],
      abortWhen: [],
      fault: { type: 'none' },
      requires: { components: needsHealer ? ['healer'] : [] },
    },
    ports: { clock, metrics, remediation, analysePromql },
    healer,
    signal: new AbortController().signal,
    recorder: new Recorder(clock, { onEvent: (event) => void events.push(event) }),
  } as unknown as RunContext;
  return { passed: passGate(context), waitedMs: () => clock.now() - startMs, events };
}

describe('the gate', () => {
  it('waits until the healer has the data that it judges by', async () => {
    const { passed, waitedMs } = gateOf(7_000);
    expect(await passed).toMatchObject({ held: true });
    expect(waitedMs()).toBeGreaterThanOrEqual(7_000);
  });

  it('leaves a healer that stays asleep to the verdict, and says so', async () => {
    const { passed, events } = gateOf(Number.POSITIVE_INFINITY);
    expect(await passed).toMatchObject({ held: true });
    expect(JSON.stringify(events)).toContain('a rule stood still');
  });

  it.each([
    ['is switched off', { healer: 'off' }],
    ['is not needed', { needsHealer: false }],
  ] as const)('does not wait for a healer that %s', async (_case, options) => {
    const { passed, waitedMs } = gateOf(Number.POSITIVE_INFINITY, options);
    expect(await passed).toMatchObject({ held: true });
    expect(waitedMs()).toBeLessThan(1_000);
  });

  it('does not open on an answer behind which nothing is scraped, however awake the healer is', async () => {
    expect(await gateOf(0, { isScraped: false }).passed).toMatchObject({ held: false, problem: 'NO_DATA' });
  });
});
