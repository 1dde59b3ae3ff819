import { expect, it } from 'vitest';
import { parseBytes } from './bytes.ts';

it.each([
  ['80MB', 80e6],
  ['1GiB', 1024 ** 3],
  ['1.5 g', 1.5 * 1024 ** 3],
  ['512', 512],
  ['7b', 7],
  ['2TB', 2e12],
])('reads %s as %d bytes', (text, bytes) => {
  expect(parseBytes(text)).toBe(bytes);
});

it.each(['', 'lots', '64Mi', '25%', '-1MB', '1 MB ', '1XB'])('refuses %j', (text) => {
  expect(parseBytes(text)).toBeNull();
});
