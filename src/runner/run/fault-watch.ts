import type { FaultSighting, InjectorEvent, WitnessReading } from '../../experiment/evidence/evidence.ts';
import type { InjectorState } from '../../ports/fault-injector.ts';
import type { Recorder } from '../recording/recorder.ts';

/**
 * Keeps what the injector said and what the witness saw. Chaos Mesh holds only the newest few events per target, so they
 * are copied at every look.
 */
export class FaultWatch {
  readonly sightings: FaultSighting[] = [];
  readonly events: InjectorEvent[] = [];
  readonly readings: WitnessReading[] = [];
  readonly #observe: () => Promise<InjectorState>;
  readonly #recorder: Recorder;
  readonly #known = new Set<string>();

  constructor(observe: () => Promise<InjectorState>, recorder: Recorder) {
    this.#observe = observe;
    this.#recorder = recorder;
  }

  async look(): Promise<void> {
    const { sighting, events } = await this.#observe();
    if (this.sightings.at(-1)?.state !== sighting.state) this.#recorder.fact('fault-sighting', sighting);
    this.sightings.push(sighting);
    for (const event of events) this.#keep(event);
  }

  addReadings(readings: readonly WitnessReading[]): void {
    for (const reading of readings) this.#recorder.fact('witness', reading);
    this.readings.push(...readings);
  }

  #keep(event: InjectorEvent): void {
    const key = JSON.stringify(event);
    if (this.#known.has(key)) return;
    this.#known.add(key);
    this.events.push(event);
    this.#recorder.fact('injector-event', event);
  }
}
