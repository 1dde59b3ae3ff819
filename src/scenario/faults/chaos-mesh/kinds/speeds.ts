import type { FaultProblem } from '../../shared/fault-kind.ts';
import type { ChaosSpec } from '../spec/chaos-kind.ts';
import { mustBe, type Rule, wholeNumber } from '../spec/spec-values.ts';

const PATTERN = /^\s*(\d+)\s*(?:[kmgt]?bit|[kmgt]?bps)\s*$/i;

/** Chaos Mesh counts bits in bit and bytes in bps. */
export const SPEED: Rule = {
  what: 'a whole number above 0 with one of bit, kbit, mbit, gbit, tbit, bps, kbps, mbps, gbps, tbps, such as 1mbps',
  isMet: (value) => typeof value === 'string' && Number(PATTERN.exec(value)?.[1] ?? 0) > 0,
};

const BYTES = wholeNumber('a number of bytes, 1 or more', 1);

export function bandwidthProblems(spec: ChaosSpec): FaultProblem[] {
  return [
    ...mustBe(spec, ['bandwidth', 'rate'], SPEED),
    ...['limit', 'buffer', 'minburst'].flatMap((field) => mustBe(spec, ['bandwidth', field], BYTES)),
  ];
}
