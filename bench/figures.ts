import { cpus, loadavg, totalmem } from 'node:os';

/** Prints a line at once; results and progress alike. */
export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

export function machine(): string {
  const memoryGib = (totalmem() / 1024 ** 3).toFixed(0);
  return `machine: ${cpus().length} × ${cpus()[0]?.model ?? '?'}, ${memoryGib} GiB, Node.js ${process.version}`;
}

/** Load average of the last minute: what else the machine did meanwhile. */
export function load(): string {
  return (loadavg()[0] ?? Number.NaN).toFixed(1);
}

/** The smallest value that `share` of all values do not exceed; NaN without values. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

export function tableHead(what: string): string {
  return `| ${what} | n | p50 | p95 | max | load |\n| --- | --- | --- | --- | --- | --- |`;
}

export function tableRow(name: string, values: readonly number[], digits = 0): string {
  const cells = [0.5, 0.95, 1].map((share) => percentile(values, share).toFixed(digits));
  return `| ${name} | ${values.length} | ${cells.join(' | ')} | ${load()} |`;
}
