/** Maps a value to a coordinate. */
export interface Scale {
  readonly low: number;
  readonly high: number;
  at(value: number): number;
}

export interface Extent {
  readonly low: number;
  readonly high: number;
}

/** Linear; `from` and `to` are coordinates and may run backwards. Values outside are moved to the edge. */
export function linearScale({ low, high }: Extent, from: number, to: number): Scale {
  const width = high - low || 1;
  return {
    low,
    high,
    at: (value) => from + ((Math.min(high, Math.max(low, value)) - low) / width) * (to - from),
  };
}

const STEPS = [1, 2, 2.5, 5, 10] as const;

/** The step between round values, so that about `count` of them fill an extent. */
export function roundStep({ low, high }: Extent, count: number): number {
  const raw = (high - low || 1) / Math.max(1, count);
  const magnitude = 10 ** Math.floor(Math.log10(raw));
  return (STEPS.find((step) => step * magnitude >= raw) ?? 10) * magnitude;
}

/** Round values inside an extent. */
export function ticks(extent: Extent, count: number): number[] {
  const step = roundStep(extent, count);
  const first = Math.ceil(extent.low / step);
  const last = Math.floor(extent.high / step);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => (first + index) * step);
}

/** As many decimals as tell neighbouring ticks apart. */
export function tickText(value: number, step: number): string {
  const decimals = Math.max(0, Math.min(6, Math.ceil(-Math.log10(step) - 1e-9)));
  const needsOneMore = Math.abs(step * 10 ** decimals - Math.round(step * 10 ** decimals)) > 1e-6;
  return (Object.is(value, -0) ? 0 : value).toFixed(decimals + (needsOneMore ? 1 : 0)).replace('-', '\u2212');
}

interface Block {
  readonly first: number;
  readonly count: number;
  /** Sum of where its members would like the block's first place to be. */
  readonly sum: number;
}

/** Moves ascending coordinates as little as possible until neighbours have `gap` between them, none leaving `low`…`high`. */
export function spread(wanted: readonly number[], gap: number, { low, high }: Extent): number[] {
  const blocks: Block[] = [];
  wanted.forEach((value, index) => {
    let block: Block = { first: index, count: 1, sum: value };
    for (let before = blocks.at(-1); before !== undefined && overlaps(before, block, gap); before = blocks.at(-1)) {
      blocks.pop();
      const moved = block.sum - block.count * before.count * gap;
      block = { first: before.first, count: before.count + block.count, sum: before.sum + moved };
    }
    blocks.push(block);
  });
  const placed = blocks.flatMap(({ count, sum }) =>
    Array.from({ length: count }, (_, place) => sum / count + place * gap),
  );
  return keepInside(placed, gap, { low, high });
}

function overlaps(before: Block, block: Block, gap: number): boolean {
  return before.sum / before.count + before.count * gap > block.sum / block.count;
}

function keepInside(placed: readonly number[], gap: number, { low, high }: Extent): number[] {
  const last = placed.length - 1;
  return placed.map((value, index) => Math.min(high - (last - index) * gap, Math.max(low + index * gap, value)));
}
