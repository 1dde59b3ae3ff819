import { z } from 'zod';
import { isLabelKey, isLabelValue } from '../model/kubernetes-names.ts';
import { expected, quote } from './schema-fields.ts';

export const LABEL_KEY = 'the key of a label, such as app or example.com/app';
export const LABEL_VALUE = 'a label value of at most 63 letters, digits, dashes, dots and _';

export interface LabelProblem {
  readonly key: string;
  readonly message: string;
}

/** Labels become selectors, in which commas and operators mean something: they keep to the syntax of Kubernetes. */
export function labelProblems(labels: Readonly<Record<string, unknown>>): LabelProblem[] {
  return Object.entries(labels).flatMap(([key, value]) => {
    if (!isLabelKey(key)) return [{ key, message: `expected ${LABEL_KEY}, got ${quote(key)}` }];
    if (typeof value === 'string' && isLabelValue(value)) return [];
    return [{ key, message: `expected ${LABEL_VALUE}, got ${quote(value)}` }];
  });
}

/** Labels that an object must carry; none at all would fit everything. */
export const labels = z
  .record(
    z.string(),
    z.string(expected('a text; quote numbers and booleans')),
    expected('labels, such as {app: shop-back}'),
  )
  .refine((value) => Object.keys(value).length > 0, expected('at least one label'))
  .superRefine((value, context) => {
    for (const { key, message } of labelProblems(value)) context.addIssue({ code: 'custom', path: [key], message });
  });
