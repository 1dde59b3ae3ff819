/** Epoch milliseconds of a time from the API server: lists bring Dates, watches bring text. */
export function toEpochMs(time: Date | string | undefined | null): number | undefined {
  if (time === undefined || time === null) return undefined;
  const ms = new Date(time).getTime();
  return Number.isNaN(ms) ? undefined : ms;
}
