import { InternalError } from '../../errors.ts';
import { parseDuration } from '../model/duration.ts';
import { parseTolerance, type Tolerance } from '../model/tolerance.ts';

/** Of a duration that a schema has accepted. */
export function toMs(text: string): number {
  const durationMs = parseDuration(text);
  if (durationMs === null) throw new InternalError(`the schema accepted ${JSON.stringify(text)} as a duration`);
  return durationMs;
}

/** Of a tolerance that a schema has accepted. */
export function toTolerance(written: string | [number, number]): Tolerance {
  const tolerance = parseTolerance(written);
  if (tolerance === null) throw new InternalError(`the schema accepted ${JSON.stringify(written)} as a tolerance`);
  return tolerance;
}
