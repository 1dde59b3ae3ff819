// biome-ignore-all lint/suspicious/noTemplateCurlyInString: expressions of scenario files

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analysePromql } from '../../test/fixtures/analyse-promql.ts';
import { type Compiled, compileScenarios } from './compile.ts';
import { SAMPLE, SAMPLE_STEADY_STATE } from './model/sample.test-data.ts';

/** Inputs in all; every night has a hundred thousand, `bench/fuzz.ts` a million. */
const RUNS = Number(process.env.HEALPROOF_FUZZ_RUNS ?? 10_000);
const SLOWEST_MS = 1_000;

const library = [{ path: 'l.yaml', text: SAMPLE_STEADY_STATE }];

/** The library is read again each time, so only what may use it is given it. */
function compile(text: string): Compiled {
  const used = text.includes('use') ? library : [];
  return compileScenarios([{ path: 'f.yaml', text }], used, { digest: () => 'd', analysePromql });
}

/** Processor time, so that a busy machine is not taken for a hang. */
function expectWellBehaved(text: string): void {
  const before = process.cpuUsage();
  const { issues, scenarios } = compile(text);
  const used = process.cpuUsage(before);
  expect((used.user + used.system) / 1_000).toBeLessThan(SLOWEST_MS);
  expect(issues.length + scenarios.length, 'a text is never passed over in silence').toBeGreaterThan(0);
  const lines = text.split('\n').length;
  for (const { line, column, message } of issues) {
    expect(line >= 1 && line <= lines && column >= 1 && message !== '').toBe(true);
  }
}

const token = fc.constantFrom(
  ...[
    'a',
    'kind',
    'Scenario',
    'SteadyState',
    'spec',
    'metadata',
    '1',
    '-5s',
    '30s',
    'null',
    'true',
    '~',
    '.nan',
    '1e999',
  ],
  ...[': ', ':', '- ', '? ', '\n', '\n  ', '\n    ', '\t', '\r\n', '---\n', '...\n', '# ', ',', '[', ']', '{', '}'],
  ...[
    '"',
    "'",
    '|',
    '>',
    '>-',
    '|+2',
    '&x ',
    '*x',
    '*y',
    '!!str ',
    '!',
    '!=',
    '<<: ',
    '%YAML 1.1\n',
    '\\',
    '@',
    '`',
    '\u0000',
    '\ufeff',
    '\ud800',
  ],
  ...[
    '__proto__',
    'constructor',
    'toString',
    'use',
    'query',
    'sum(',
    'rate(',
    'x[5s]',
    ')',
    'fault',
    'none',
    'chaosMesh',
    'params',
    '${{ params.x }}',
    '${{',
    'repeat',
    'kubernetes',
    'http',
  ],
);
const soup = fc.array(token, { maxLength: 80 }).map((tokens) => tokens.join(''));

/** The sample with a few stretches cut out, doubled or replaced. */
const damaged = fc
  .array(fc.tuple(fc.nat(SAMPLE.length), fc.nat(40), fc.oneof(token, soup, fc.string(), fc.constant(''))), {
    minLength: 1,
    maxLength: 4,
  })
  .map((cuts) => cuts.reduce((text, [at, length, put]) => text.slice(0, at) + put + text.slice(at + length), SAMPLE));

/** The sample with single values replaced, so that it mostly stays YAML. */
const miswritten = fc
  .array(fc.tuple(fc.nat(), fc.oneof(token, fc.json(), fc.string())), { minLength: 1, maxLength: 4 })
  .map((changes) => {
    const lines = SAMPLE.split('\n');
    for (const [at, value] of changes) {
      const line = at % lines.length;
      lines[line] = (lines[line] ?? '').replace(/: .*$/, () => `: ${value}`);
    }
    return lines.join('\n');
  });

describe('any text', () => {
  it.each([
    ['arbitrary text', 0.4, fc.string({ unit: 'binary', maxLength: 300 })],
    ['a soup of tokens', 0.4, soup],
    ['a damaged scenario', 0.1, damaged],
    ['a scenario with other values', 0.1, miswritten],
  ])(
    'that is %s gives issues or a scenario, without a throw or a hang',
    (_what, share, texts) => {
      fc.assert(fc.property(texts, expectWellBehaved), { numRuns: RUNS * share });
    },
    Math.max(600_000, RUNS * 10),
  );
});
