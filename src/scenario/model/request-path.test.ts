import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isRequestPath, isRequestUrl } from './request-path.ts';

it.each(['/', '/health', '/health/', '/health?deep=1', '/a.b/..c/d..', '/?next=/../x', '/a%20b', '/100%25', '/ä'])(
  '%s is a path of its own',
  (path) => {
    expect(isRequestPath(path)).toBe(true);
    expect(isRequestUrl(`http://shop:8080${path}`)).toBe(true);
  },
);

it.each([
  '',
  'health',
  '?a',
  '/../x',
  '/a/..',
  '/a/../../../secrets',
  '/.',
  '/a/./b',
  '//a',
  '/a//b',
  '/%2e%2e/x',
  '/%2E%2e/x',
  '/.%2e/x',
  '/a%2fb',
  '/a%5cb',
  '/%252e%252e/x',
  '/%25252F',
  '/a\\..\\b',
  '/a#b',
  '/a\nb',
  '/a\t',
  '/.. ',
  '/?a b',
  '/a\0',
  '/a%00',
  '/a%zz',
  '/a%2',
  '/\ud800',
])('%j is taken for another path by somebody', (path) => {
  expect(isRequestPath(path)).toBe(false);
  if (path.startsWith('/')) expect(isRequestUrl(`http://shop:8080${path}`)).toBe(false);
});

it.each(['http://shop', 'https://shop:8443?a=1', 'http://[::1]:80/x'])('%s is a URL', (url) => {
  expect(isRequestUrl(url)).toBe(true);
});

it.each(['ftp://shop', 'http://', 'http:/shop', 'http://shop\\x', 'http://shop#x', 'http://[/', 'http:// shop'])(
  '%s is none',
  (url) => {
    expect(isRequestUrl(url)).toBe(false);
  },
);

const piece = fc.constantFrom(
  '..',
  '.',
  '/',
  '%2e',
  '%2F',
  '%25',
  '2e',
  '\\',
  '%5c',
  '?',
  '#',
  'a',
  '\t',
  '\u2024',
  ';',
);

it('whatever is accepted stays below where it is put', () => {
  const paths = fc.array(piece, { maxLength: 12 }).map((pieces) => `/${pieces.join('')}`);
  const property = fc.property(paths, (path) => {
    fc.pre(isRequestPath(path));
    const { pathname } = new URL(`http://x/base/proxy${path}`);
    expect(decodeURI(pathname)).toBe(decodeURI(`/base/proxy${path.replace(/\?.*$/s, '')}`));
  });
  fc.assert(property, { numRuns: 2_000 });
});
