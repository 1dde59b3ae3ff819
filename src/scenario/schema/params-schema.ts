import { z } from 'zod';
import { expected, listOf, mapping, oneOf, text } from '../fields/schema-fields.ts';
import { PARAM_TYPES } from '../model/param-values.ts';
import { PARAM_NAME } from './params.ts';

const VALUE = 'a text, a number, true or false';
const value = z.union([z.string(), z.number(), z.boolean()], expected(VALUE));
const NAME = 'a name of letters, digits, _ and -, beginning with a letter';

const param = mapping(
  {
    type: oneOf(PARAM_TYPES).meta({ description: 'What values may be.' }),
    default: value
      .optional()
      .meta({ description: 'Its value where none is given. Without a default one must be given with --param.' }),
    enum: listOf(value, 'a list of values')
      .min(1, expected('at least one value'))
      .optional()
      .meta({ description: 'The only values it may have.' }),
    description: text('a description').optional().meta({ description: 'What it is for.' }),
  },
  'a parameter with type',
);

export const params = z
  .record(z.string().regex(PARAM_NAME, expected(NAME)), param, expected('parameters by name'))
  .default({})
  .meta({
    description:
      // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression of scenario files
      'Parameters by name. `${{ params.NAME }}` puts one into any value of spec; a value that is nothing but the expression takes its type.',
    examples: [{ window: { type: 'duration', default: '5s' } }],
  });
