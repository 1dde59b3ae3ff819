/** Ranges that the private engine may take its networks from; the cluster itself uses 10.96.0.0/16 and 10.244.0.0/16. */
const CANDIDATES = ['172.29.0.0/16', '172.30.0.0/16', '10.213.0.0/16', '10.214.0.0/16', '192.168.208.0/20'];

interface Range {
  readonly address: number;
  readonly mask: number;
}

/** The first candidate that no route of this machine leads into, from the text of /proc/net/route. */
export function pickAddressPool(routes: string): string | undefined {
  const taken = parseRoutes(routes);
  return CANDIDATES.find((candidate) => {
    const range = parseRange(candidate);
    return !taken.some((other) => overlap(range, other));
  });
}

/** Routes other than the default one; the kernel writes addresses as hex numbers in its own byte order. */
function parseRoutes(text: string): Range[] {
  return text
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .flatMap(([, destination, , , , , , mask]) =>
      destination === undefined || mask === undefined || mask === '00000000'
        ? []
        : [{ address: swapped(destination), mask: swapped(mask) }],
    );
}

function swapped(hex: string): number {
  return Buffer.from(hex.padStart(8, '0'), 'hex').readUInt32LE(0);
}

function parseRange(text: string): Range {
  const [address = '', bits = '32'] = text.split('/');
  const mask = (0xffffffff << (32 - Number(bits))) >>> 0;
  const bytes = address.split('.').map(Number);
  return { address: Buffer.from(bytes).readUInt32BE(0), mask };
}

function overlap(a: Range, b: Range): boolean {
  const mask = (a.mask & b.mask) >>> 0;
  return (a.address & mask) >>> 0 === (b.address & mask) >>> 0;
}
