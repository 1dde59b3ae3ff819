import { messageOf } from '../../errors.ts';
import type { Sample } from '../../experiment/evidence/evidence.ts';
import type { LiveProbe, Probe } from '../../scenario/model/scenario.ts';
import { isLive } from '../../scenario/probes/probe-kinds.ts';
import { atAlignedTimes } from '../waiting/wait-until.ts';
import { readerOf } from './live-probe-readers.ts';
import type { Reading, ReadingPorts } from './reading.ts';

/**
 * Samples what nobody can ask about the past. A request begins at a multiple of the probe's interval; its sample is stamped
 * one interval later, when the answer must be there: so it shows a state that is past by then, never one that is still to come.
 * An answer that comes later and an interval without one are no values.
 */
export class LiveSampler implements AsyncDisposable {
  readonly #ports: ReadingPorts;
  readonly #stop = new AbortController();
  readonly #samples = new Map<string, Sample[]>();
  readonly #loops: Promise<void>[] = [];
  readonly #onSample: (probe: string, sample: Sample) => void;

  /** @param onSample hears every sample as soon as it is there: it cannot be asked for again. */
  constructor(ports: ReadingPorts, onSample: (probe: string, sample: Sample) => void = () => undefined) {
    this.#ports = ports;
    this.#onSample = onSample;
  }

  /** Begins to ask every probe that is live; once for a run. */
  start(probes: readonly Probe[], signal: AbortSignal): void {
    for (const probe of probes) if (isLive(probe)) this.#loops.push(this.#follow(probe, signal));
  }

  /** What was seen in `fromMs … toMs` (epoch ms), in order. */
  samples(probe: LiveProbe, fromMs: number, toMs: number): Sample[] {
    const all = this.#samples.get(probe.name) ?? [];
    return all.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs).sort((a, b) => a.atMs - b.atMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort(new Error('the run is over'));
    await Promise.all(this.#loops);
  }

  async #follow(probe: LiveProbe, outer: AbortSignal): Promise<void> {
    const { clock } = this.#ports;
    const signal = AbortSignal.any([outer, this.#stop.signal]);
    const pending = new Set<Promise<void>>();
    const ask = (slotMs: number): void => {
      const request = this.#ask(probe, slotMs, signal).finally(() => pending.delete(request));
      pending.add(request);
    };
    try {
      await atAlignedTimes(ask, { clock, everyMs: probe.everyMs, signal });
    } catch (error: unknown) {
      if (!signal.aborted) throw error;
    }
    await Promise.all(pending);
  }

  async #ask(probe: LiveProbe, slotMs: number, signal: AbortSignal): Promise<void> {
    const { clock } = this.#ports;
    const beganMs = clock.now();
    let reading: Reading;
    try {
      reading = await readerOf(probe).read(probe, this.#ports, signal);
    } catch (error: unknown) {
      if (signal.aborted) return;
      reading = { value: null, problem: 'QUERY_FAILED', detail: messageOf(error) };
    }
    const lateness = latenessOf(probe, { slotMs, beganMs, endedMs: clock.now() }, reading);
    const late = { value: null, problem: 'STALE_DATA', detail: lateness ?? '' } as const;
    const sample: Sample = { atMs: slotMs + probe.everyMs, ...(lateness === null ? reading : late) };
    this.#samples.set(probe.name, [...(this.#samples.get(probe.name) ?? []), sample]);
    this.#onSample(probe.name, sample);
  }
}

/** Where a request begins later than this share of its interval, a failure may be due to this machine being slow. */
const LATEST_BEGIN = 0.25;

/** Why a reading says nothing, or null. A slow machine can make an address look dead, never alive, so only a no is doubted. */
function latenessOf(probe: LiveProbe, times: Times, { value }: Reading): string | null {
  const { slotMs, beganMs, endedMs } = times;
  const { everyMs } = probe;
  if (endedMs > slotMs + everyMs)
    return `answered ${endedMs - slotMs} ms after its time, its interval is ${everyMs} ms`;
  const isDoubtful = readerOf(probe).isNoDoubtfulWhenLate && value === 0 && beganMs - slotMs > everyMs * LATEST_BEGIN;
  return isDoubtful ? `asked ${beganMs - slotMs} ms late, so it may be this machine that is slow` : null;
}

interface Times {
  readonly slotMs: number;
  readonly beganMs: number;
  readonly endedMs: number;
}
