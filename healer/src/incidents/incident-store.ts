import type { Incident } from './incident.ts';

/** The incidents that are open now, and since when each symptom has been seen. */
export class IncidentStore {
  readonly #open = new Map<string, Incident>();
  readonly #firstSeen = new Map<string, { readonly podKey: string; readonly atMs: number }>();

  get(key: string): Incident | undefined {
    return this.#open.get(key);
  }

  values(): IterableIterator<Incident> {
    return this.#open.values();
  }

  onPod(podKey: string): Incident[] {
    return [...this.#open.values()].filter((incident) => incident.podKey === podKey);
  }

  open(incident: Incident): void {
    this.#open.set(incident.key, incident);
  }

  close(incident: Incident): void {
    this.#open.delete(incident.key);
    this.#firstSeen.delete(incident.key);
  }

  /** Remembers when a symptom was first seen; later sights of the same stretch do not move it. */
  noticed(key: string, podKey: string, atMs: number): number {
    const known = this.#firstSeen.get(key);
    if (known !== undefined) return known.atMs;
    this.#firstSeen.set(key, { podKey, atMs });
    return atMs;
  }

  forgetSymptom(key: string): void {
    this.#firstSeen.delete(key);
  }

  /** Forgets the symptoms of a pod that is gone. */
  forgetPod(podKey: string): void {
    for (const [key, seen] of this.#firstSeen) if (seen.podKey === podKey) this.#firstSeen.delete(key);
  }
}
