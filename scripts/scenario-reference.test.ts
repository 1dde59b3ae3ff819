import { expect, it } from 'vitest';
import { renderReference } from './scenario-reference.ts';

it('gives every mapping its own table, with what is required, what is the default and what is meant', () => {
  const text = renderReference('Thing', {
    description: 'A thing.',
    required: ['name'],
    properties: {
      name: { type: 'string', description: 'A | B', examples: ['x'] },
      parts: { type: 'array', items: { $ref: '#/definitions/part' } },
      mode: { enum: ['a', 'b'], default: 'a' },
      how: { anyOf: [{ const: 'none' }, { type: 'object', properties: { hard: { type: 'integer' } } }] },
    },
    definitions: {
      part: { properties: { wait: { allOf: [{ $ref: '#/definitions/duration' }], description: 'Mine.' } } },
      duration: { type: 'string', title: 'duration', description: 'Its.' },
    },
  });
  expect(text).toContain('## Thing\n\nA thing.\n');
  expect(text).toContain('| `name` | text | required | A \\| B Example: `x`. |');
  expect(text).toContain('| `parts` | list | optional |  |');
  expect(text).toContain('| `mode` | `a`, `b` | default `a` |  |');
  expect(text).toContain('| `how` | `none` or mapping | optional |  |');
  expect(text).toContain('### `parts[]`\n');
  expect(text).toContain('| `wait` | duration | optional | Mine. |');
  expect(text).toContain('### `how`\n');
  expect(text).toContain('| `hard` | whole number | optional |  |');
});
