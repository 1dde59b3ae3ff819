/** When a stage of the tests began and ended, ms. */
export interface StageTime {
  readonly stage: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Where the minutes went: a line for each stage in its order. */
export function timeTable(times: readonly StageTime[]): string {
  const startMs = Math.min(...times.map(({ fromMs }) => fromMs));
  const widest = Math.max(...times.map(({ stage }) => stage.length));
  return times
    .map(({ stage, fromMs, toMs }) => {
      const [from, to, took] = [fromMs - startMs, toMs - startMs, toMs - fromMs].map(clockText);
      return `${stage.padEnd(widest)}  ${from} – ${to}  ${took}`;
    })
    .join('\n');
}

/** Minutes and seconds, e.g. ` 7:05`. */
function clockText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return `${String(Math.floor(seconds / 60)).padStart(2)}:${String(seconds % 60).padStart(2, '0')}`;
}
