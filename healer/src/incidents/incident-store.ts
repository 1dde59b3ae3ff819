import type { Incident } from './incident.ts';

/** The incidents that are open now, and since when each symptom has been seen. */
export class IncidentStore<I extends Incident = Incident> {
  readonly #open = new Map<string, I>();
  readonly #firstSeen = new Map<string, { readonly objectKey: string; readonly atMs: number }>();

  get(key: string): I | undefined {
    return this.#open.get(key);
  }

  values(): IterableIterator<I> {
    return this.#open.values();
  }

  about(objectKey: string): I[] {
    return [...this.#open.values()].filter((incident) => incident.objectKey === objectKey);
  }

  open(incident: I): void {
    this.#open.set(incident.key, incident);
  }

  close(incident: Incident): void {
    this.#open.delete(incident.key);
    this.#firstSeen.delete(incident.key);
  }

  /** Remembers when a symptom was first seen; later sights of the same stretch do not move it. */
  noticed(key: string, objectKey: string, atMs: number): number {
    const known = this.#firstSeen.get(key);
    if (known !== undefined) return known.atMs;
    this.#firstSeen.set(key, { objectKey, atMs });
    return atMs;
  }

  forgetSymptom(key: string): void {
    this.#firstSeen.delete(key);
  }

  /** Forgets the symptoms of an object that is gone. */
  forgetObject(objectKey: string): void {
    for (const [key, seen] of this.#firstSeen) if (seen.objectKey === objectKey) this.#firstSeen.delete(key);
  }
}
