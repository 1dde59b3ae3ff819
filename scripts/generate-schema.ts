// Writes what is derived from the scenario schema: JSON Schemas for editors and the reference page. With --check it only
// says what is stale, and fails.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { scenarioSchema, steadyStateSchema } from '../src/scenario/schema.ts';
import { allowExpressions } from './param-expressions.ts';
import { type JsonSchema, renderReference } from './scenario-reference.ts';

function derived(): Record<string, string> {
  const scenario = z.toJSONSchema(scenarioSchema, { target: 'draft-7', io: 'input' });
  const steadyState = z.toJSONSchema(steadyStateSchema, { target: 'draft-7', io: 'input' });
  const reference = [
    '# Reference of scenario files',
    '',
    '<!-- Generated from src/scenario/schema.ts by `npm run generate`; do not edit. -->',
    '',
    renderReference('Scenario', scenario as JsonSchema),
    renderReference('SteadyState', steadyState as JsonSchema),
  ];
  return {
    'schema/scenario.schema.json': `${JSON.stringify(allowExpressions(scenario), null, 2)}\n`,
    'schema/steady-state.schema.json': `${JSON.stringify(steadyState, null, 2)}\n`,
    'docs/scenario-reference.md': `${reference.join('\n').trimEnd()}\n`,
  };
}

function current(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

const root = new URL('../', import.meta.url);
const isCheck = process.argv.includes('--check');
const stale = Object.entries(derived()).filter(([path, text]) => current(fileURLToPath(new URL(path, root))) !== text);
for (const [path, text] of stale) {
  if (isCheck) console.error(`${path} is stale: run npm run generate`);
  else writeFileSync(fileURLToPath(new URL(path, root)), text);
}
if (isCheck && stale.length > 0) process.exitCode = 1;
