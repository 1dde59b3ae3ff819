import type { Sample } from '../../experiment/evidence/evidence.ts';
import type { Clock } from '../../ports/clock.ts';
import type { HttpSource } from '../../ports/http-source.ts';
import type { Kube } from '../../ports/kube.ts';
import type { LiveProbe } from '../../scenario/model/scenario.ts';

export interface ReadingPorts {
  readonly clock: Clock;
  readonly kube: Kube;
  readonly http: HttpSource;
}

/** A sample without its time. */
export type Reading = Omit<Sample, 'atMs'>;

/** How a kind of probe that cannot be asked about the past is asked now. */
export interface LiveProbeReader<Kind extends LiveProbe = LiveProbe> {
  /** Asks once. Whatever is not there is a problem, never a value. */
  read(probe: Kind, ports: ReadingPorts, signal: AbortSignal): Promise<Reading>;
  /** A no that was asked for late may be the slowness of this machine. */
  readonly isNoDoubtfulWhenLate: boolean;
}

export function value(number: number, detail: string): Reading {
  return { value: number, problem: null, detail };
}

export function problem(code: NonNullable<Sample['problem']>, detail: string): Reading {
  return { value: null, problem: code, detail };
}
