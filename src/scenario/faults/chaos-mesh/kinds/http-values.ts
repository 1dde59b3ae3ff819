import { z } from 'zod';
import { valueAt } from '../../../yaml/source.ts';
import type { FaultProblem } from '../../shared/fault-kind.ts';
import type { ChaosSpec } from '../spec/chaos-kind.ts';
import { eachMustBe, LATENCY, mustBe, oneOfThese, type Rule, wholeNumber } from '../spec/spec-values.ts';

const METHOD = oneOfThese(['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS', 'TRACE', 'CONNECT']);
const CODE = wholeNumber('a status of HTTP, 100 to 599', 100, 599);
const PAIR: Rule = {
  what: 'a list of a name and a value, such as [X-Broken, one]',
  isMet: (value) => Array.isArray(value) && value.length === 2,
};
const BASE64: Rule = {
  what: 'base64, such as eyJvayI6ZmFsc2V9',
  isMet: (value) => z.base64().safeParse(value).success,
};
const JSON_TYPE: Rule = { what: 'JSON, the one type there is', isMet: (value) => value === 'JSON' };
const JSON_TEXT: Rule = { what: `a text that is JSON, such as '{"ok": false}'`, isMet: isJson };

/** What is wrong with single values of an HTTPChaos. */
export function httpValueProblems(spec: ChaosSpec): FaultProblem[] {
  return [
    ...(spec.target === 'Request' ? mustBe(spec, ['method'], METHOD) : []),
    ...mustBe(spec, ['delay'], LATENCY),
    ...mustBe(spec, ['code'], CODE),
    ...mustBe(spec, ['replace', 'code'], CODE),
    ...mustBe(spec, ['replace', 'method'], METHOD),
    ...mustBe(spec, ['replace', 'body'], BASE64),
    ...['headers', 'queries'].flatMap((list) => eachMustBe(spec, ['patch', list], PAIR)),
    ...mustBe(spec, ['patch', 'body', 'type'], JSON_TYPE),
    ...(valueAt(spec, ['patch', 'body', 'type']) === 'JSON' ? mustBe(spec, ['patch', 'body', 'value'], JSON_TEXT) : []),
  ];
}

function isJson(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  try {
    JSON.parse(value);
    return true;
  } catch (error: unknown) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
