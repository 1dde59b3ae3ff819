import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../test/fakes/manual-clock.ts';
import { AlertStore } from './alert-store.ts';
import type { ReceivedAlert } from './payload.ts';

describe('the alerts that fire', () => {
  let clock: ManualClock;
  let store: AlertStore;
  let changes: number;

  beforeEach(() => {
    clock = new ManualClock();
    changes = 0;
    const onChange = (): void => {
      changes += 1;
    };
    store = new AlertStore({ clock, forgetAfterMs: 600_000, oldAfterMs: 3_600_000, onChange });
  });

  function alert(changed: Partial<ReceivedAlert> = {}): ReceivedAlert {
    const labels = { alertname: 'Sick', pod: 'a' };
    return { fingerprint: 'f', name: 'Sick', labels, resolved: false, startedAtMs: clock.nowMs() - 1_000, ...changed };
  }

  it('are those that were told of, each once', () => {
    expect([store.receive(alert()), store.receive(alert())]).toEqual(['taken', 'taken']);
    expect(store.named('Sick')).toMatchObject([{ labels: { pod: 'a' } }]);
    expect(store.named('Other')).toEqual([]);
    expect(changes).toBe(1);
  });

  it('end when they are resolved, and the same stretch does not begin again', () => {
    const first = alert();
    store.receive(first);
    store.receive({ ...first, resolved: true });
    expect(store.named('Sick')).toEqual([]);
    expect(store.receive(first)).toBe('replayed');
    expect(store.named('Sick')).toEqual([]);
    expect(store.receive(alert({ startedAtMs: clock.nowMs() }))).toBe('taken');
    expect(store.named('Sick')).toHaveLength(1);
  });

  it('do not take up an earlier stretch of what fires already', () => {
    store.receive(alert());
    expect(store.receive(alert({ startedAtMs: clock.nowMs() - 5_000 }))).toBe('replayed');
  });

  it('are not believed when the first word comes long after their beginning', () => {
    expect(store.receive(alert({ startedAtMs: clock.nowMs() - 3_600_001 }))).toBe('old');
    expect(store.named('Sick')).toEqual([]);
  });

  it('are over when Alertmanager is silent about them for too long', () => {
    store.receive(alert());
    clock.advance(600_001);
    expect(store.named('Sick')).toEqual([]);
  });
});
