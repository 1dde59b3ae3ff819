import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fieldAt, parseFieldPath } from './field-path.ts';

const OBJECT = {
  metadata: { labels: { 'app.kubernetes.io/name': 'shop', 'a"b': 'quoted' } },
  status: {
    readyReplicas: 3,
    conditions: [
      { type: 'Ready', status: 'True' },
      { type: 'Twice', status: 'True' },
      { type: 'Twice', status: 'False' },
    ],
  },
};

describe('a field', () => {
  it.each([
    ['status.readyReplicas', 3],
    ['metadata.labels["app.kubernetes.io/name"]', 'shop'],
    ['metadata.labels["a\\"b"]', 'quoted'],
    ['status.conditions[0].type', 'Ready'],
    ['status.conditions[type=Ready].status', 'True'],
    ['status.conditions[type=Twice].status', undefined],
    ['status.conditions[type=Missing].status', undefined],
    ['status.conditions.length', undefined],
    ['status.toString', undefined],
    ['status.readyReplicas.more', undefined],
    ['nothing.here', undefined],
  ])('%s is %j', (text, value) => {
    expect(fieldAt(OBJECT, parseFieldPath(text) ?? [])).toBe(value);
  });

  it.each(['', '.status', 'status.', 'status..x', 'status[', 'status[x]', 'status[x=]', 'a b', '$.x..y', 'a["b]'])(
    'cannot be called %j',
    (text) => {
      expect(parseFieldPath(text)).toBeNull();
    },
  );

  it('never throws, whatever it is called and wherever it is looked for', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), fc.anything(), (text, object) => {
        const steps = parseFieldPath(text);
        if (steps !== null) fieldAt(object, steps);
      }),
    );
  });
});
