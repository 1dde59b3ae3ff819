import { describe, expect, it } from 'vitest';
import { mountsBelow } from './mounts.ts';

describe('mountsBelow', () => {
  it('lists mounts inside our folders only, the innermost first', () => {
    const mountinfo = [
      '22 1 254:0 / / rw - ext4 /dev/vda rw',
      '30 22 0:30 / /cache/engine/data/a\\040b rw - overlay overlay rw',
      '31 30 0:31 / /cache/engine/data/a\\040b/merged rw - overlay overlay rw',
      '32 22 0:32 / /cache/engine-of-another rw - tmpfs tmpfs rw',
    ].join('\n');
    expect(mountsBelow(mountinfo, ['/cache/engine'])).toEqual([
      '/cache/engine/data/a b/merged',
      '/cache/engine/data/a b',
    ]);
  });
});
