import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { deploymentManifest, packRelease, releaseSecret } from '../../testing/release-secrets.ts';
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
});
