import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../test/fakes/manual-clock.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { UnreadableReleases } from './unreadable-releases.ts';

describe('Secrets that hold no release', () => {
  it('are all counted, and told of at a bounded pace for each namespace', async () => {
    const told: string[] = [];
    const metrics = createMetrics();
    const clock = new ManualClock();
    const eventRecorder = { announce: ({ namespace }: { namespace: string }) => told.push(namespace) };
    const unreadable = new UnreadableReleases(eventRecorder, metrics, clock);
    const found = (namespace: string, name: string) => unreadable.found({ namespace, name, uid: name }, 'it is odd');
    for (let n = 0; n < 1_000; n += 1) found('shop', `a${n}`);
    found('bank', 'b');
    expect((await metrics.unreadableReleases.get()).values).toMatchObject([{ value: 1_001 }]);
    expect(told).toEqual([...Array.from({ length: 10 }, () => 'shop'), 'bank']);
    clock.advance(10 * 60_000 + 1);
    found('shop', 'c');
    expect(told.at(-1)).toBe('shop');
    expect(told).toHaveLength(12);
  });
});
