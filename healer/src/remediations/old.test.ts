import { describe, expect, it } from 'vitest';
import { NOW_MS } from '../../test/fakes/samples.ts';
import { tooOld } from './old.ts';
import { type RemediationView, toTime } from './view.ts';

function ended(name: string, agoMs: number): RemediationView {
  const status = { phase: 'Resolved', holder: 'h', reason: 'r', endedAt: toTime(NOW_MS - agoMs) } as const;
  return { namespace: 'shop', name, uid: name, resourceVersion: '1', createdAtMs: 0, spec: undefined, status };
}

const open: RemediationView = { ...ended('open', 0), createdAtMs: 0, status: undefined };
const limits = { keepMs: 1_000, most: 2 };
const names = (views: RemediationView[]): string[] => tooOld(views, limits, NOW_MS).map(({ name }) => name);

describe('records that may go', () => {
  it.each([
    ['are those that ended long ago', [ended('a', 1_001), ended('b', 1_000)], ['a']],
    ['are the oldest of too many', [ended('a', 1), ended('b', 3), ended('c', 2)], ['b']],
    ['are never open ones, however old and many', [open, open, open, open], []],
  ])('%s', (_title, views, expected) => {
    expect(names(views)).toEqual(expected);
  });
});
