import { counted } from '../../counted.ts';
import { isInTolerance, toleranceText } from '../../experiment/probes/tolerance-check.ts';
import { formatSeconds } from '../../experiment/result/wording.ts';
import type { RunRecord } from '../../experiment/run-record/run-record.ts';
import { originOf } from './moments.ts';

/** The probe plot in words, for those who cannot see it. */
export function probeWords(record: RunRecord): string {
  const originMs = originOf(record);
  return record.evidence.probes
    .map(({ probe, samples }) => {
      const unknown = samples.filter(({ value }) => value === null).length;
      const out = samples.filter(({ value }) => value !== null && !isInTolerance(value, probe.tolerance));
      const [first, last] = [out[0], out.at(-1)].map((sample) => formatSeconds((sample?.atMs ?? 0) - originMs));
      const outside =
        out.length === 0 ? 'never out of tolerance' : `${out.length} out of tolerance, from ${first} s to ${last} s`;
      return `${probe.name} (normal: ${toleranceText(probe.tolerance)}): ${counted(samples.length, 'sample')}, ${outside}, ${unknown} unknown.`;
    })
    .join(' ');
}
