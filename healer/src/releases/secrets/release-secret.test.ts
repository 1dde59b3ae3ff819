import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deploymentManifest, packRelease, releaseSecret } from '../../../test/fakes/release-secrets.ts';
import { decodeRelease } from './release-secret.ts';

const twice = (text: string | Buffer): string => Buffer.from(Buffer.from(text).toString('base64')).toString('base64');

describe('decodeRelease', () => {
  it('reads what Helm wrote', () => {
    expect(decodeRelease(releaseSecret({ revision: 3, status: 'superseded' }))).toMatchObject({
      ok: true,
      revision: {
        namespace: 'shop',
        release: 'shop-release',
        revision: 3,
        status: 'superseded',
        rollback: false,
        createdAtMs: Date.parse('2026-01-01T00:00:00Z'),
        workloads: [{ kind: 'Deployment', namespace: 'shop', name: 'shop-release', labels: { app: 'shop-release' } }],
        manager: undefined,
      },
    });
  });

  it('takes the time of a change from the API server, not from the client', () => {
    const secret = releaseSecret();
    secret.metadata.managedFields = [{ manager: 'helm', time: new Date('2026-01-01T00:05:00Z') }];
    const decoded = decodeRelease(secret);
    expect(decoded.ok && decoded.revision.changedAtMs).toBe(Date.parse('2026-01-01T00:05:00Z'));
  });

  it('reads a release of the days before compression', () => {
    const body = { name: 'shop-release', namespace: 'shop', version: 1, info: { status: 'deployed' } };
    const secret = { ...releaseSecret(), data: { release: twice(JSON.stringify(body)) } };
    expect(decodeRelease(secret)).toMatchObject({ ok: true, revision: { workloads: [] } });
  });

  it.each([
    ['Rollback to 3', 'deployed', true],
    ['Rollback "shop-release" failed: no', 'failed', true],
    ['Preparing rollback', 'pending-rollback', true],
    ['Upgrade complete', 'deployed', false],
    ['Rollback to the good old days', 'deployed', false],
  ] as const)('tells from %j (%s) whether a rollback made it: %s', (description, status, rollback) => {
    expect(decodeRelease(releaseSecret({ description, status }))).toMatchObject({ ok: true, revision: { rollback } });
  });

  it('gives the same content the same digest, whatever revision it is', () => {
    const content = (revision: number, image: string) => {
      const decoded = decodeRelease(releaseSecret({ revision, manifest: deploymentManifest('a', image) }));
      return decoded.ok ? decoded.revision.content : undefined;
    };
    expect(content(1, 'shop:1')).toBe(content(5, 'shop:1'));
    expect(content(1, 'shop:1')).not.toBe(content(1, 'shop:2'));
  });

  const release = { name: 'shop-release', namespace: 'shop', version: 1, info: { status: 'deployed' } };
  it.each([
    ['of another type', { type: 'Opaque' }, /its type is Opaque/],
    ['with a name of its own', { metadata: { name: 'shop', namespace: 'shop' } }, /not one that Helm gives/],
    ['without the key', { data: {} }, /no key release/],
    ['that is not base64', { data: { release: '!!!!' } }, /cannot be unpacked/],
    ['cut in the middle', { data: { release: packRelease(release).slice(0, 60) } }, /cannot be unpacked/],
    ['that is gzip of nothing useful', { data: { release: twice(gzipSync('{')) } }, /cannot be unpacked/],
    ['that unpacks without end', { data: { release: twice(gzipSync(Buffer.alloc(70e6))) } }, /cannot be unpacked/],
    ['with a list inside', { data: { release: packRelease([]) } }, /holds no release/],
    ['without information', { data: { release: packRelease({ ...release, info: {} }) } }, /info\.status/],
    [
      'with an unknown status',
      { data: { release: packRelease({ ...release, info: { status: 'odd' } }) } },
      /info\.status/,
    ],
    [
      'of another release',
      { data: { release: packRelease({ ...release, name: 'other' }) } },
      /holds revision 1 of shop\/other/,
    ],
    ['of another revision', { data: { release: packRelease({ ...release, version: 2 }) } }, /holds revision 2/],
    ['of another namespace', { data: { release: packRelease({ ...release, namespace: 'x' }) } }, /revision 1 of x\//],
    [
      'with a broken manifest',
      { data: { release: packRelease({ ...release, manifest: 'a: [' }) } },
      /manifest is unreadable/,
    ],
    [
      'with a dangling alias',
      { data: { release: packRelease({ ...release, manifest: 'a: *b' }) } },
      /manifest is unreadable/,
    ],
  ])('refuses a Secret %s with a sentence', (_title, changes, sentence) => {
    const decoded = decodeRelease({ ...releaseSecret(), ...changes });
    expect(decoded.ok ? '' : decoded.reason).toMatch(sentence);
  });

  /** A manifest in a release that is all right but for it. */
  const withManifest = (manifest: string): string => packRelease({ ...release, manifest });
  const bomb = (text: string): string => twice(gzipSync(text, { level: 9 }));
  const deployment = (metadata: string): string => `{apiVersion: apps/v1, kind: Deployment, metadata: {${metadata}}}\n`;
  it.each([
    ['of 16 KiB that unpacks to millions of objects', bomb(`[${'{},'.repeat(2_500_000)}0]`), /too large: \d+ values/],
    ['nested deeper than any release', bomb(`${'['.repeat(1_000_000)}`), /nested too deeply|too large/],
    ['nested deeper than any release, few times', packRelease(JSON.parse('['.repeat(150) + ']'.repeat(150))), /deeply/],
    ['longer than Kubernetes takes', 'A'.repeat(2_000_000), /too large: 2000000 characters/],
    ['with base64 of nothing but zeros', twice(Buffer.alloc(500_000)), /cannot be unpacked/],
    ['of gzip around an image', twice(gzipSync(Buffer.alloc(5_000, 0xff))), /cannot be unpacked/],
    ['with a manifest of millions of lines', withManifest('- a\n'.repeat(500_000)), /unreadable: more than/],
    ['with an endless manifest', withManifest(' '.repeat(5_000_000)), /unreadable: \d+ characters/],
    ['with a manifest nested without end', withManifest('['.repeat(50_000)), /manifest is unreadable/],
    ['with too many workloads', withManifest(`---\n${deployment('name: a')}`.repeat(501)), /more than 500 workloads/],
    [
      'with labels without end',
      withManifest(
        deployment(`name: a, labels: {${'a1: ,'.repeat(10)}${Array.from({ length: 2_000 }, (_, i) => `b${i}: x`)}}`),
      ),
      /2001 labels/,
    ],
    [
      'whose name is a page long',
      packRelease({ ...release, name: 'n'.repeat(1_000_000) }),
      /^it holds revision 1 of shop\/nnn/,
    ],
  ])('refuses a Secret %s before it costs anything', (_title, packed, sentence) => {
    const decoded = decodeRelease({ ...releaseSecret(), data: { release: packed } });
    expect(decoded.ok ? '' : decoded.reason).toMatch(sentence);
    expect(decoded.ok ? 0 : decoded.reason.length).toBeLessThanOrEqual(300);
  });

  it('does not throw over a label that is no text', () => {
    const odd = deployment('name: a, labels: {toString: {valueOf: 1}, b: {toString: {}}}');
    expect(decodeRelease({ ...releaseSecret(), data: { release: withManifest(odd) } })).toMatchObject({ ok: true });
  });

  it('keeps the beginning of a description that is a page long', () => {
    const decoded = decodeRelease(releaseSecret({ description: 'd'.repeat(1_000_000) }));
    expect(decoded.ok && decoded.revision.description.length).toBe(300);
  });

  const json = fc.jsonValue({ maxDepth: 4 });
  const odd = fc.oneof(
    fc.uint8Array({ maxLength: 2_000 }).map((bytes) => twice(Buffer.from(bytes))),
    fc.uint8Array({ maxLength: 2_000 }).map((bytes) => bomb(Buffer.from(bytes).toString('latin1'))),
    fc.string({ maxLength: 2_000 }),
    json.map((value) => packRelease(value)),
    fc.string({ unit: 'binary', maxLength: 500 }).map(withManifest),
    fc
      .record({ labels: json, spec: json })
      .map((metadata) =>
        withManifest(
          JSON.stringify({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'a', ...metadata } }),
        ),
      ),
    json.map((info) => packRelease({ ...release, info })),
    fc.tuple(fc.nat(200), fc.nat(255)).map(([at, byte]) => {
      const bytes = Buffer.from(Buffer.from(packRelease(release), 'base64').toString(), 'base64');
      bytes[at % bytes.length] = byte;
      return twice(bytes);
    }),
  );

  it('never throws, whatever is under the key, and answers briefly', () => {
    fc.assert(
      fc.property(odd, (packed) => {
        const decoded = decodeRelease({ ...releaseSecret(), data: { release: packed } });
        expect(JSON.stringify(decoded).length).toBeLessThan(20_000);
      }),
      { numRuns: 500 },
    );
  });
});
