import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import type { Issue } from '../../errors.ts';
import { ruleOf, sarifLog } from './sarif.ts';

/** What SARIF 2.1.0 requires of the objects that are used here, and the values it allows. */
const text = { type: 'object', required: ['text'], properties: { text: { type: 'string' } } };
const artifact = {
  type: 'object',
  required: ['uri'],
  properties: { uri: { type: 'string', pattern: '^[^\\s\\\\]+$' }, uriBaseId: { type: 'string' } },
};
const region = {
  type: 'object',
  required: ['startLine', 'startColumn'],
  properties: { startLine: { type: 'integer', minimum: 1 }, startColumn: { type: 'integer', minimum: 1 } },
};
const physicalLocation = {
  type: 'object',
  required: ['artifactLocation'],
  properties: { artifactLocation: artifact, region },
};
const result = {
  type: 'object',
  required: ['message', 'ruleId', 'ruleIndex', 'locations'],
  properties: {
    message: text,
    level: { enum: ['none', 'note', 'warning', 'error'] },
    ruleId: { type: 'string' },
    ruleIndex: { type: 'integer', minimum: 0 },
    locations: {
      type: 'array',
      items: { type: 'object', required: ['physicalLocation'], properties: { physicalLocation } },
    },
  },
};
const rule = { type: 'object', required: ['id'], properties: { id: { type: 'string' }, shortDescription: text } };
const driver = {
  type: 'object',
  required: ['name'],
  properties: { name: { type: 'string' }, rules: { type: 'array', uniqueItems: true, items: rule } },
};
const run = {
  type: 'object',
  required: ['tool'],
  properties: {
    tool: { type: 'object', required: ['driver'], properties: { driver } },
    columnKind: { enum: ['utf16CodeUnits', 'unicodeCodePoints'] },
    results: { type: 'array', items: result },
  },
};
const log = {
  type: 'object',
  required: ['version', 'runs'],
  properties: { $schema: { type: 'string' }, version: { const: '2.1.0' }, runs: { type: 'array', items: run } },
  additionalProperties: false,
};
const isSarif = new Ajv({ strict: false }).compile(log);

function issue(path: string, over: Partial<Issue> = {}): Issue {
  return { file: 'scenarios/a b.yaml', line: 3, column: 9, path, message: 'expected a duration', ...over };
}

describe('SARIF', () => {
  it('has the shape that is published, also without a problem', () => {
    const issues = [issue('spec.recovery.within'), issue('spec.fault.chaosMesh'), issue('spec.recovery.by'), issue('')];
    expect(isSarif(JSON.parse(JSON.stringify(sarifLog(issues, '0.1.0'))))).toBe(true);
    expect(isSarif(JSON.parse(JSON.stringify(sarifLog([], '0.1.0'))))).toBe(true);
    expect(isSarif(JSON.parse(JSON.stringify(sarifLog([issue('x', { line: 0 })], '0.1.0'))))).toBe(false);
  });

  it('says where and what for every problem, with the rule it breaks', () => {
    const { runs } = sarifLog([issue('spec.recovery.within'), issue('', { message: 'tabs' })], '0.1.0');
    expect(runs).toMatchObject([
      {
        tool: { driver: { name: 'healproof', rules: [{ id: 'healproof/file' }, { id: 'healproof/spec.recovery' }] } },
        results: [
          {
            ruleId: 'healproof/spec.recovery',
            ruleIndex: 1,
            message: { text: 'spec.recovery.within: expected a duration' },
            locations: [
              {
                physicalLocation: {
                  artifactLocation: { uri: 'scenarios/a%20b.yaml', uriBaseId: '%SRCROOT%' },
                  region: { startLine: 3, startColumn: 9 },
                },
              },
            ],
          },
          { ruleId: 'healproof/file', ruleIndex: 0, message: { text: 'tabs' } },
        ],
      },
    ]);
  });

  it.each([
    ['spec.steadyState[0].query', 'healproof/spec.steadyState'],
    ['metadata', 'healproof/metadata'],
  ])('names the rule of %s by the part of the document', (path, rule) => {
    expect(ruleOf(issue(path))).toBe(rule);
  });
});
