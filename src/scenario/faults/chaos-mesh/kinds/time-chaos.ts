import { readGoDuration } from '../../../model/duration.ts';
import { type ChaosKind, PLAIN } from '../spec/chaos-kind.ts';
import { eachMustBe, mustBe, oneOfThese, type Rule } from '../spec/spec-values.ts';

const CLOCK = oneOfThese([
  'CLOCK_REALTIME',
  'CLOCK_MONOTONIC',
  'CLOCK_PROCESS_CPUTIME_ID',
  'CLOCK_THREAD_CPUTIME_ID',
  'CLOCK_MONOTONIC_RAW',
  'CLOCK_REALTIME_COARSE',
  'CLOCK_MONOTONIC_COARSE',
  'CLOCK_BOOTTIME',
  'CLOCK_REALTIME_ALARM',
  'CLOCK_BOOTTIME_ALARM',
]);
const OFFSET: Rule = {
  what: 'an offset other than 0 such as 10m or -1h30m',
  isMet: (value) => typeof value === 'string' && (readGoDuration(value) ?? 0) !== 0,
};

export const timeChaos: ChaosKind = {
  ...PLAIN,
  problems: (spec) => [...mustBe(spec, ['timeOffset'], OFFSET), ...eachMustBe(spec, ['clockIds'], CLOCK)],
};
