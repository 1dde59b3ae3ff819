import { parseDuration } from './duration.ts';

export const PARAM_TYPES = ['string', 'number', 'integer', 'boolean', 'duration'] as const;
export type ParamType = (typeof PARAM_TYPES)[number];
export type ParamValue = string | number | boolean;
export type ParamValues = Readonly<Record<string, ParamValue>>;

/** A value of this type, or null. */
export function asType(type: ParamType, value: unknown): ParamValue | null {
  switch (type) {
    case 'string':
      return typeof value === 'string' ? value : null;
    case 'number':
      return typeof value === 'number' && Number.isFinite(value) ? value : null;
    case 'integer':
      return typeof value === 'number' && Number.isSafeInteger(value) ? value : null;
    case 'boolean':
      return typeof value === 'boolean' ? value : null;
    case 'duration':
      return typeof value === 'string' && parseDuration(value) !== null ? value : null;
  }
}

const NUMBER = /^[+-]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?$/;

/** What a text of the command line stands for, or null. */
export function fromText(type: ParamType, text: string): ParamValue | null {
  switch (type) {
    case 'number':
    case 'integer':
      return NUMBER.test(text) ? asType(type, Number(text)) : null;
    case 'boolean':
      return text === 'true' || text === 'false' ? text === 'true' : null;
    case 'string':
    case 'duration':
      return asType(type, text);
  }
}

const WORDS: Readonly<Record<ParamType, string>> = {
  string: 'a text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  duration: 'a duration such as 30s or 1m30s',
};

/** Why a value is none of what a parameter may be; null where it is. `value` is null where the type alone does not fit. */
export function misfit(
  type: ParamType,
  value: ParamValue | null,
  choices: readonly ParamValue[] | null,
  got: string,
): string | null {
  if (value === null) return `expected ${WORDS[type]}, got ${got}`;
  if (choices === null || choices.includes(value)) return null;
  return `expected one of ${choices.join(', ')}, got ${got}`;
}
