import type { FaultObservation, InjectorEvent, WitnessReading } from '../../experiment/evidence/evidence.ts';
import type { InjectorState } from '../../ports/fault-injector.ts';
import type { Recorder } from '../recording/recorder.ts';

/**
 * Keeps what the injector said and what the witness saw. Chaos Mesh holds only the newest few events per target, so they
 * are copied at every look.
 */
export class FaultWatch {
  readonly sightings: FaultObservation[] = [];
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
    const { observation, events } = await this.#observe();
    if (this.sightings.at(-1)?.state !== observation.state) this.#recorder.fact('fault-sighting', observation);
    this.sightings.push(observation);
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
