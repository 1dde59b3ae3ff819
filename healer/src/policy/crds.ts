import { z } from 'zod';
import { API_VERSION, GROUP, RESOURCES } from '../names.ts';
import { RemediationSpec, RemediationStatus } from './remediation-schema.ts';
import { ClusterHealingPolicySpec, HealingPolicySpec } from './schema.ts';
import { PolicyStatus } from './status-schema.ts';
import { type JsonSchema, toStructural } from './structural-schema.ts';

interface Column {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'date';
  readonly jsonPath: string;
  readonly priority?: number;
}

const age: Column = { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' };
const condition = (type: string): string => `.status.conditions[?(@.type=="${type}")].status`;

const POLICY_COLUMNS: readonly Column[] = [
  { name: 'Mode', type: 'string', jsonPath: '.spec.mode' },
  { name: 'Accepted', type: 'string', jsonPath: condition('Accepted') },
  { name: 'Selecting', type: 'string', jsonPath: condition('Selecting') },
  { name: 'Evaluating', type: 'string', jsonPath: condition('Evaluating') },
  { name: 'Pods', type: 'integer', jsonPath: '.status.selectedPods' },
  age,
];

const REMEDIATION_COLUMNS: readonly Column[] = [
  { name: 'Condition', type: 'string', jsonPath: '.spec.condition' },
  { name: 'Kind', type: 'string', jsonPath: '.spec.target.kind' },
  { name: 'Target', type: 'string', jsonPath: '.spec.target.name' },
  { name: 'Phase', type: 'string', jsonPath: '.status.phase' },
  { name: 'Action', type: 'string', jsonPath: '.status.action' },
  { name: 'Refusal', type: 'string', jsonPath: '.status.refusal' },
  { name: 'Reason', type: 'string', jsonPath: '.status.reason', priority: 1 },
  age,
];

/** The custom resource definitions, all from the schemas that the healer itself reads by. */
export function customResourceDefinitions(): readonly object[] {
  return [
    definition('HealingPolicy', 'Namespaced', ['hp'], HealingPolicySpec, PolicyStatus, POLICY_COLUMNS),
    definition('ClusterHealingPolicy', 'Cluster', ['chp'], ClusterHealingPolicySpec, PolicyStatus, POLICY_COLUMNS),
    definition('Remediation', 'Namespaced', ['rem'], RemediationSpec, RemediationStatus, REMEDIATION_COLUMNS),
  ];
}

function definition(
  kind: keyof typeof RESOURCES,
  scope: 'Namespaced' | 'Cluster',
  shortNames: readonly string[],
  spec: z.ZodType,
  status: z.ZodType,
  columns: readonly Column[],
): object {
  const plural = RESOURCES[kind];
  const [, version] = API_VERSION.split('/');
  const schema = {
    type: 'object',
    required: ['spec'],
    properties: { spec: structural(spec), status: structural(status) },
  };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${GROUP}`, labels: { 'app.kubernetes.io/part-of': 'healproof' } },
    spec: {
      group: GROUP,
      scope,
      names: {
        kind,
        plural,
        singular: kind.toLowerCase(),
        listKind: `${kind}List`,
        shortNames,
        categories: ['healproof'],
      },
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          subresources: { status: {} },
          additionalPrinterColumns: columns,
          schema: { openAPIV3Schema: schema },
        },
      ],
    },
  };
}

function structural(schema: z.ZodType): JsonSchema {
  return toStructural(z.toJSONSchema(schema, { target: 'draft-7', io: 'input', reused: 'inline' }) as JsonSchema);
}
