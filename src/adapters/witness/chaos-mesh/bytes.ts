const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  B: 1,
  KB: 1e3,
  K: 1024,
  KI: 1024,
  KIB: 1024,
  MB: 1e6,
  M: 1024 ** 2,
  MI: 1024 ** 2,
  MIB: 1024 ** 2,
  GB: 1e9,
  G: 1024 ** 3,
  GI: 1024 ** 3,
  GIB: 1024 ** 3,
};

/** Bytes of a size such as `80MB` or `1GiB`; null for shares (`25%`) and for what it does not understand. */
export function parseBytes(text: string): number | null {
  const match = /^\s*(\d+(?:\.\d+)?)\s*([A-Za-z]*)\s*$/.exec(text);
  const unit = UNITS[(match?.[2] ?? '?').toUpperCase()];
  return match === null || unit === undefined ? null : Number(match[1]) * unit;
}
