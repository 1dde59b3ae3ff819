/** The word for so many: `one` for exactly one, else `many`. */
export function agreeing(count: number, one: string, many: string): string {
  return count === 1 ? one : many;
}

/** A count with its noun: `1 run`, `2 runs`, `0 entries`. A verb can come along: `1 scenario is valid`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${agreeing(count, one, many)}`;
}
