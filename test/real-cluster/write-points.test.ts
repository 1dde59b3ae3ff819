import { describe, expect, it } from 'vitest';
import { ANNOTATIONS } from '../../healer/src/names.ts';
import { PointCounter } from './write-points.ts';

const LEASES = '/apis/coordination.k8s.io/v1/namespaces/home/leases';
const lease = (version: string, notes: string) => ({
  method: 'PUT',
  path: `${LEASES}/healer-shard-0-of-1`,
  body: `{"metadata":{"resourceVersion":"${version}","annotations":{"n":"${notes}"}},"spec":{"renewTime":"2026-01-01T00:00:0${version}.000000Z"}}`,
});

const shard = (holderIdentity: string, ...deeds: object[]) => ({
  method: 'PUT',
  path: `${LEASES}/healer-shard-0-of-1`,
  body: JSON.stringify({
    metadata: { annotations: { [ANNOTATIONS.actions]: JSON.stringify(deeds) } },
    spec: { holderIdentity },
  }),
});

describe('the write points of an episode', () => {
  it('are told apart by what a Lease says of the action, also where a renewal left one of these out', () => {
    const before = { namespace: 'elsewhere', generationAfter: 2, outcome: 'helped' };
    const all = [
      shard('me', before),
      shard('me', before, { namespace: 'shop' }),
      shard('me', { namespace: 'shop', generationAfter: 2 }),
      shard('me', { namespace: 'shop', generationAfter: 2, outcome: 'helped' }),
      shard('', { namespace: 'shop', generationAfter: 2, outcome: 'helped' }),
    ];
    const points = new PointCounter('shop');
    expect(all.map((request) => points.take(request))).toEqual([
      'PUT leases shard #1',
      'PUT leases shard intended #1',
      'PUT leases shard acted #1',
      'PUT leases shard helped #1',
      'PUT leases shard freed #1',
    ]);
    const fewer = new PointCounter('shop');
    expect([all[0], all[1], all[4]].map((request) => request && fewer.take(request)).at(-1)).toBe(
      'PUT leases shard freed #1',
    );
  });

  it('are its distinct writes; renewals that say nothing new are none', () => {
    const points = new PointCounter('shop');
    const event = { method: 'POST', path: '/apis/events.k8s.io/v1/namespaces/shop/events' };
    const seen = [
      { method: 'GET', path: LEASES, body: '' },
      { method: 'POST', path: LEASES, body: '{"metadata":{"name":"healer-member-1"}}' },
      lease('1', ''),
      lease('2', ''),
      lease('3', 'intent'),
      { method: 'POST', path: '/api/v1/namespaces/shop/pods/back-1/eviction', body: '{"kind":"Eviction"}' },
      { ...event, body: '{"kind":"Event","reason":"RemediationActed"}' },
      { ...event, body: '{"kind":"Event","reason":"RemediationActed"}' },
      { method: 'POST', path: '/api/v1/namespaces/shop/secrets', body: 'k8s\u0000 revision 3' },
      { method: 'PUT', path: '/api/v1/namespaces/shop/secrets/sh.helm.release.v1.web.v3', body: 'k8s\u0000 deployed' },
      {
        method: 'PUT',
        path: '/api/v1/namespaces/shop/secrets/sh.helm.release.v1.web.v1',
        body: 'k8s\u0000 superseded',
      },
    ].map((request) => points.take(request));
    expect(seen).toEqual([
      undefined,
      'POST leases member #1',
      'PUT leases shard #1',
      undefined,
      'PUT leases shard #2',
      'POST pods eviction #1',
      'POST events RemediationActed #1',
      undefined,
      'POST secrets #1',
      'PUT secrets #1',
      'PUT secrets #2',
    ]);
  });
});
