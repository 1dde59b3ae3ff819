// Writes what is derived from the schemas: of scenarios JSON Schemas for editors and the reference page, of the healer's
// policies its custom resource definitions. With --check it only says what is stale, and fails.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { z } from 'zod';
import { customResourceDefinitions } from '../healer/src/policy/crds.ts';
import { scenarioSchema, steadyStateSchema } from '../src/scenario/schema/scenario-schema.ts';
import { allowExpressions } from './param-expressions.ts';
import { type JsonSchema, renderReference } from './scenario-reference.ts';

const root = new URL('../', import.meta.url);
const GENERATED = '# Generated from healer/src/policy by `npm run generate`; do not edit.\n';

const RULES_GENERATED = '# Generated from healer/rules by `npm run generate`; do not edit.\n';
const RULES = 'healer.rules.yaml';

/** Prometheus of the lab knows the alerts about the healer that everybody else gets too. */
function rulesConfigMap(): object {
  const metadata = { name: 'prometheus-healer-rules', namespace: 'healproof-monitoring' };
  const text = readFileSync(fileURLToPath(new URL(`healer/rules/${RULES}`, root)), 'utf8');
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { [RULES]: text } };
}

function derived(): Record<string, string> {
  const scenario = z.toJSONSchema(scenarioSchema, { target: 'draft-7', io: 'input' });
  const steadyState = z.toJSONSchema(steadyStateSchema, { target: 'draft-7', io: 'input' });
  const crds = customResourceDefinitions().map(
    (crd) => `---\n${stringify(crd, { lineWidth: 0, aliasDuplicateObjects: false })}`,
  );
  const reference = [
    '# Reference of scenario files',
    '',
    '<!-- Generated from src/scenario/schema/scenario-schema.ts by `npm run generate`; do not edit. -->',
    '',
    renderReference('Scenario', scenario as JsonSchema),
    renderReference('SteadyState', steadyState as JsonSchema),
  ];
  return {
    'schema/scenario.schema.json': `${JSON.stringify(allowExpressions(scenario), null, 2)}\n`,
    'schema/steady-state.schema.json': `${JSON.stringify(steadyState, null, 2)}\n`,
    'healer/crds/healproof.dev.yaml': `${GENERATED}${crds.join('')}`,
    'lab/deploy/healer/15-crds.yaml': `${GENERATED}${crds.join('')}`,
    'lab/deploy/prometheus/32-healer-rules.yaml': `${RULES_GENERATED}${stringify(rulesConfigMap(), { lineWidth: 0 })}`,
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

const isCheck = process.argv.includes('--check');
const stale = Object.entries(derived()).filter(([path, text]) => current(fileURLToPath(new URL(path, root))) !== text);
for (const [path, text] of stale) {
  if (isCheck) console.error(`${path} is stale: run npm run generate`);
  else writeFileSync(fileURLToPath(new URL(path, root)), text);
}
if (isCheck && stale.length > 0) process.exitCode = 1;
