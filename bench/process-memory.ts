import { readFileSync } from 'node:fs';

const KIB_PER_MIB = 1024;
/** Linux counts processor time for /proc in hundredths of a second. */
const MS_PER_TICK = 10;

/** Resident memory of a process in MiB: all of it, the part that only it has, and the most there ever was. */
export interface MemoryReading {
  readonly residentMib: number;
  readonly anonymousMib: number;
  readonly peakMib: number;
}

/** Throws when the process is gone. */
export function readMemory(pid: number): MemoryReading {
  const text = readFileSync(`/proc/${pid}/status`, 'utf8');
  const mib = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1]) / KIB_PER_MIB;
  return { residentMib: mib('VmRSS'), anonymousMib: mib('RssAnon'), peakMib: mib('VmHWM') };
}

/** Processor time of a process since it began, ms. Throws when the process is gone. */
export function readProcessorMs(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The program's name stands in brackets and may hold blanks and brackets itself.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK;
}
