import type { FaultSighting, InjectorEvent, WitnessReading } from '../experiment/evidence.ts';
import type { FaultInjector } from '../ports/fault-injector.ts';
import type { KubeRef } from '../ports/kube.ts';
import type { Recorder } from './recorder.ts';

/**
 * Keeps what the injector said and what the witness saw. Chaos Mesh holds only the newest few events per target, so they
 * are copied at every look.
 */
export class FaultWatch {
  readonly sightings: FaultSighting[] = [];
  readonly events: InjectorEvent[] = [];
  readonly readings: WitnessReading[] = [];
  readonly #injector: FaultInjector;
  readonly #ref: KubeRef;
  readonly #recorder: Recorder;
  readonly #known = new Set<string>();

  constructor(injector: FaultInjector, ref: KubeRef, recorder: Recorder) {
    this.#injector = injector;
    this.#ref = ref;
    this.#recorder = recorder;
  }

  async look(): Promise<void> {
    const { sighting, events } = await this.#injector.observe(this.#ref);
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
