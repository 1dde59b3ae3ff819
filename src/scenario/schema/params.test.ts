// biome-ignore-all lint/suspicious/noTemplateCurlyInString: expressions of scenario files
import { describe, expect, it } from 'vitest';
import { formatIssue } from '../../errors.ts';
import { type Compiled, compileScenarios } from '../compile.ts';
import { PARAM_TYPES } from '../model/param-values.ts';
import { SAMPLE, SAMPLE_STEADY_STATE } from '../model/sample.test-data.ts';
import { bindParams } from './params.ts';

const LIBRARY = [{ path: 'l.yaml', text: SAMPLE_STEADY_STATE }];

function compile(text: string, given: Record<string, string> = {}): Compiled {
  const params = new Map(Object.entries(given));
  return compileScenarios([{ path: 'f.yaml', text }], LIBRARY, { digest: (all) => all, params });
}

const issuesOf = (text: string, given: Record<string, string> = {}): string[] =>
  compile(text, given).issues.map(formatIssue);

/** The sample with these parameters declared, and with lines changed so that they use them. */
function declaring(params: string, ...changes: readonly (readonly [string, string])[]): string {
  return changes.reduce(
    (text, [before, after]) => {
      expect(text).toContain(before);
      return text.replace(before, after);
    },
    SAMPLE.replace('spec:\n', `spec:\n  params:\n    ${params}\n`),
  );
}

const POD_COUNT = 'pods: { type: integer, default: 3 }';
const USED: [string, string] = ['maxPods: 3', 'maxPods: ${{ params.pods }}'];

describe('parameters', () => {
  it('stand for typed values where the whole value is the expression', () => {
    const { scenarios, issues } = compile(declaring(POD_COUNT, USED));
    expect(issues).toEqual([]);
    expect(scenarios).toMatchObject([{ blastRadius: { maxPods: 3 }, params: { pods: 3 } }]);
  });

  it('are put into a text as it stands, quoted or not, several times', () => {
    const text = declaring(
      'w: { type: duration, default: 9s }',
      ['rate(shop_seconds_bucket[5s])', 'rate(shop_seconds_bucket[${{ params.w }}])'],
      ['      for: 5s', '      for: "${{params.w}}"'],
    );
    const [scenario] = compile(text, { w: '5s' }).scenarios;
    expect(scenario?.steadyState[1]).toMatchObject({ query: expect.stringContaining('[5s]'), forMs: 5_000 });
  });

  it('take the value that was given before their default', () => {
    const { scenarios } = compile(declaring(POD_COUNT, USED), { pods: '7' });
    expect(scenarios).toMatchObject([{ blastRadius: { maxPods: 7 }, params: { pods: 7 } }]);
  });

  it('change the digest with their values, however they came by them', () => {
    const digestOf = (text: string, given: Record<string, string> = {}) => compile(text, given).scenarios[0]?.digest;
    const text = declaring(POD_COUNT, USED);
    expect(digestOf(text, { pods: '3' })).toBe(digestOf(text));
    expect(digestOf(text, { pods: '4' })).not.toBe(digestOf(text));
    expect(digestOf(SAMPLE)).not.toContain('params');
  });

  it.each([
    [
      'a name that is not declared',
      declaring(POD_COUNT, ['maxPods: 3', 'maxPods: ${{ params.pod }}']),
      {},
      [
        'f.yaml:31:14 spec.blastRadius.maxPods: there is no parameter pod (did you mean pods?): spec.params declares pods',
      ],
    ],
    [
      'an expression without any declaration',
      SAMPLE.replace('maxPods: 3', 'maxPods: ${{ params.x }}'),
      {},
      ['f.yaml:29:14 spec.blastRadius.maxPods: there is no parameter x: spec.params declares none'],
    ],
    [
      'a value that is missing',
      declaring('pods: { type: integer }', USED),
      {},
      ['f.yaml:8:5 spec.params.pods: expected a value: it has no default and none is given (--param pods=…)'],
    ],
    [
      'a default of the wrong type',
      declaring('pods: { type: integer, default: three }', USED),
      {},
      ['f.yaml:8:37 spec.params.pods.default: expected a whole number, got "three"'],
    ],
    [
      'a given value of the wrong type',
      declaring(POD_COUNT, USED),
      { pods: '2.5' },
      ['f.yaml:8:5 spec.params.pods: expected a whole number, got "2.5" (--param pods=2.5)'],
    ],
    [
      'a default outside of the enum',
      declaring('pods: { type: integer, default: 3, enum: [1, 2] }', USED),
      {},
      ['f.yaml:8:37 spec.params.pods.default: expected one of 1, 2, got 3'],
    ],
    [
      'a given value outside of the enum',
      declaring('pods: { type: integer, default: 1, enum: [1, 2] }', USED),
      { pods: '9' },
      ['f.yaml:8:5 spec.params.pods: expected one of 1, 2, got "9" (--param pods=9)'],
    ],
    [
      'an enum of another type',
      declaring('pods: { type: integer, default: 3, enum: [3, x] }', USED),
      {},
      ['f.yaml:8:50 spec.params.pods.enum[1]: expected a whole number, got "x"'],
    ],
    [
      'another type',
      declaring('pods: { type: int, default: 1 }', USED),
      {},
      ['f.yaml:8:19 spec.params.pods.type: expected one of string, number, integer, boolean, duration, got "int"'],
    ],
    [
      'an expression that is none',
      declaring(POD_COUNT, ['maxPods: 3', 'maxPods: "${{ pods }}"']),
      {},
      ['f.yaml:31:14 spec.blastRadius.maxPods: expected ${{ params.NAME }}, got "${{ pods }}"'],
    ],
    [
      'an expression in metadata',
      declaring(POD_COUNT, USED, ['title: A sample', 'title: A ${{ params.pods }}']),
      {},
      ['f.yaml:5:10 metadata.title: parameters are put into values of spec alone'],
    ],
    [
      'an expression as a key',
      declaring(POD_COUNT, USED, ['app: shop-back', '"${{ params.pods }}": shop-back']),
      {},
      [
        'f.yaml:42:44 spec.recovery.actions.expect[0].target.${{ params.pods }}: parameters are put into values, never keys',
      ],
    ],
    [
      'a parameter made of another',
      declaring('pods: { type: string, default: "${{ params.b }}" }'),
      {},
      ['f.yaml:8:36 spec.params.pods.default: a parameter cannot be declared by another'],
    ],
    [
      'a value that its place refuses',
      declaring('pods: { type: integer, default: -1 }', USED),
      {},
      ['f.yaml:31:14 spec.blastRadius.maxPods: expected a whole number, 0 or more, got -1'],
    ],
    [
      'a text where a number belongs',
      declaring('pods: { type: string, default: "3" }', USED),
      {},
      ['f.yaml:31:14 spec.blastRadius.maxPods: expected a whole number, 0 or more, got "3"'],
    ],
  ])('are refused where they stand: %s', (_what, text, given, expected) => {
    const found = issuesOf(text, given);
    expect(found.map((issue) => expected.find((start) => issue.startsWith(start)) ?? issue)).toEqual(expected);
  });

  it('keep a problem in PromQL where its author wrote it, behind and inside of what was put in', () => {
    const query = 'histogram_quantile(0.99, sum by (le) (rate(shop_seconds_bucket[5s])))';
    const declared = 'w: { type: string, default: a_rather_long_name }';
    const behind = declaring(declared, [query, 'sum(${{ params.w }}) + rate(x)']);
    expect(issuesOf(behind)).toEqual([
      'f.yaml:13:42 spec.steadyState[1].query: PromQL: expected type matrix in call to function "rate", got vector',
    ]);
    const inside = declaring('w: { type: string, default: "rate(x)" }', [query, 'sum(y) + ${{ params.w }}']);
    expect(issuesOf(inside)[0]).toMatch(/^f\.yaml:13:23 /);
  });

  it('leave the rest of a document checked when one has no value', () => {
    const text = declaring('pods: { type: integer }', USED, ['by: healer', 'by: wizard'], ['[5s]', '[1s]']);
    expect(issuesOf(text).map((issue) => issue.split(' ')[1])).toEqual([
      'spec.params.pods:',
      'spec.steadyState[1].query:',
      'spec.recovery.by:',
    ]);
  });

  it('belong to scenarios alone', () => {
    const library = [{ path: 'l.yaml', text: SAMPLE_STEADY_STATE.replace('for: 5s', 'for: ${{ params.w }}') }];
    const { issues } = compileScenarios([{ path: 'f.yaml', text: SAMPLE }], library, { digest: () => '' });
    expect(issues.map(formatIssue)).toEqual([
      'l.yaml:9:12 spec.probes[0].for: parameters belong to a Scenario: a SteadyState has none',
    ]);
  });
});

describe('bindParams', () => {
  it.each([
    ['string', 'a=b ${{ params.y }}', 'a=b ${{ params.y }}'],
    ['number', '-1.5e3', -1500],
    ['number', '0x10', null],
    ['number', '', null],
    ['number', '1e999', null],
    ['integer', '7', 7],
    ['boolean', 'false', false],
    ['boolean', 'no', null],
    ['duration', '1m30s', '1m30s'],
    ['duration', '30', null],
  ] as const)('reads %s %j as %j', (type, text, value) => {
    const document = { kind: 'Scenario', spec: { params: { x: { type } }, there: '${{ params.x }}' } };
    const bound = bindParams(document, new Map([['x', text]]));
    expect(PARAM_TYPES).toContain(type);
    expect(bound.values).toEqual(value === null ? {} : { x: value });
    expect(bound.unresolved.size).toBe(value === null ? 1 : 0);
    if (value !== null) expect(bound.data).toMatchObject({ spec: { there: value } });
  });

  it('never puts in what a value brings along', () => {
    const document = { kind: 'Scenario', spec: { params: { x: { type: 'string' } }, there: 'a ${{ params.x }}' } };
    const bound = bindParams(document, new Map([['x', '${{ params.x }}$&']]));
    expect(bound.data).toMatchObject({ spec: { there: 'a ${{ params.x }}$&' } });
  });
});
