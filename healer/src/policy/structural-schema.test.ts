import { describe, expect, it } from 'vitest';
import { customResourceDefinitions } from './crds.ts';
import { toStructural } from './structural-schema.ts';

const string = { type: 'string' };
const union = {
  oneOf: [
    { type: 'object', properties: { type: { const: 'A' }, for: string, extra: string }, required: ['type', 'for'] },
    { type: 'object', properties: { type: { enum: ['B', 'C'] }, for: string }, required: ['type', 'for'] },
  ],
};

describe('the structural form of a schema', () => {
  it('merges variants into one object with rules for what each of them needs and has', () => {
    expect(toStructural(union)).toEqual({
      type: 'object',
      required: ['type'],
      properties: { type: { type: 'string', enum: ['A', 'B', 'C'] }, for: string, extra: string },
      'x-kubernetes-validations': [
        { rule: "!(self.type in ['A', 'B', 'C']) || has(self.__for__)", message: 'for is needed for A, B, C' },
        { rule: "!has(self.extra) || self.type in ['A']", message: 'extra belongs to A only' },
      ],
    });
  });

  it('refuses to merge what does not mean the same', () => {
    const [a, b] = union.oneOf;
    const other = { ...b, properties: { type: { enum: ['B'] }, for: { type: 'integer' } } };
    expect(() => toStructural({ oneOf: [a ?? {}, other] })).toThrow(/for does not mean the same/);
  });

  it('drops what the API server does not take and what says nothing', () => {
    const bound = { type: 'integer', maximum: Number.MAX_SAFE_INTEGER, minimum: -Number.MAX_SAFE_INTEGER };
    const time = { type: 'string', format: 'date-time', pattern: '.*' };
    const object = { type: 'object', additionalProperties: false, properties: { bound, time } };
    expect(toStructural(object)).toEqual({
      type: 'object',
      properties: { bound: { type: 'integer' }, time: { type: 'string', format: 'date-time' } },
    });
  });

  it('holds for all of the healer’s kinds: every object says its type, nothing is an alternative', () => {
    const text = JSON.stringify(customResourceDefinitions());
    expect(text).not.toMatch(/"(anyOf|oneOf|\$ref|const|additionalProperties":false)/);
    for (const list of text.matchAll(/"type":"array"/g)) expect(list).toBeDefined();
  });
});
