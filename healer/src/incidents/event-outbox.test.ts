import type { Logger } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { WrittenEvent } from '../kube/event.ts';
import { KubeError } from '../kube/kube-error.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { EventOutbox } from './event-outbox.ts';

function event(name: string): WrittenEvent {
  const subject = { apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'a' };
  const rest = { type: 'Normal', reason: 'r', action: 'a', note: 'n', annotations: {}, atMs: 0 } as const;
  return { namespace: 'shop', name, subject, ...rest, controller: 'c', instance: 'i' };
}

function outbox(write: (event: WrittenEvent) => Promise<void>, capacity = 10) {
  const written: string[] = [];
  const lost: string[] = [];
  const createEvent = async (each: WrittenEvent): Promise<void> => {
    await write(each);
    written.push(each.name);
  };
  const log = { error: (about: { event: string }) => lost.push(about.event) } as unknown as Logger;
  const box = new EventOutbox({ createEvent }, createMetrics(), log, { attempts: 3, capacity });
  return { box, written, lost };
}

describe('the outbox of Events', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('keeps the order through a failure', async () => {
    let failures = 2;
    const { box, written } = outbox(async () => {
      failures -= 1;
      if (failures >= 0) throw new KubeError('away', {});
    });
    box.put(event('1'));
    box.put(event('2'));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(written).toEqual(['1', '2']);
  });

  it.each([
    ['the server forbids it', new KubeError('forbidden', { status: 403 }), 1],
    ['the server stays away', new KubeError('away', { status: 503 }), 3],
  ])('gives an Event up when %s, says so and goes on', async (_title, error, attempts) => {
    let asked = 0;
    const { box, written, lost } = outbox(async ({ name }) => {
      if (name !== '1') return;
      asked += 1;
      throw error;
    });
    box.put(event('1'));
    box.put(event('2'));
    await vi.advanceTimersByTimeAsync(60_000);
    expect({ asked, written, lost }).toEqual({ asked: attempts, written: ['2'], lost: ['1'] });
  });

  it('does not grow without bound', () => {
    const { box, lost } = outbox(() => new Promise(() => undefined), 1);
    for (const name of ['1', '2', '3']) box.put(event(name));
    expect(lost).toEqual(['3']);
  });

  it('flushes in the time it is given', async () => {
    const { box, lost } = outbox(() => Promise.reject(new KubeError('away', {})));
    box.put(event('1'));
    const flushed = box.flush(50);
    await vi.advanceTimersByTimeAsync(50);
    await flushed;
    expect(lost).toEqual(['1']);
  });
});
