// biome-ignore-all lint/suspicious/noTemplateCurlyInString: expressions of scenario files
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { allowExpressions } from './param-expressions.ts';

const SCHEMA = {
  type: 'object',
  properties: {
    kind: { type: 'string', const: 'Thing' },
    spec: {
      type: 'object',
      properties: {
        params: { type: 'object', properties: { type: { type: 'string', enum: ['number'] } } },
        pods: { type: 'integer', description: 'So many.' },
        by: { type: 'string', enum: ['a', 'b'] },
        waits: { type: 'array', items: { allOf: [{ $ref: '#/definitions/wait' }] } },
        title: { type: 'string', minLength: 1 },
      },
    },
  },
  definitions: { wait: { type: 'string', pattern: '^\\d+s$', title: 'wait' } },
};

describe('allowExpressions', () => {
  const check = new Ajv({ strict: false }).compile(allowExpressions(SCHEMA));

  it.each([
    [{ spec: { pods: '${{ params.pods }}', by: '${{params.by}}', waits: ['${{ params.wait-a }}', '3s'] } }, true],
    [{ spec: { pods: 3, by: 'b', title: 'x' } }, true],
    [{ spec: { pods: 'three' } }, false],
    [{ spec: { pods: '${{ pods }}' } }, false],
    [{ spec: { by: 'c' } }, false],
    [{ spec: { waits: ['3'] } }, false],
    [{ spec: { params: { type: '${{ params.x }}' } } }, false],
    [{ kind: '${{ params.x }}' }, false],
  ])('bears an expression for a value of spec and nothing else: %j', (document, isValid) => {
    expect(check(document)).toBe(isValid);
  });

  it('keeps what editors show', () => {
    expect(allowExpressions(SCHEMA)).toMatchObject({
      properties: { spec: { properties: { pods: { description: 'So many.' } } } },
      definitions: { wait: { title: 'wait' } },
    });
  });
});
