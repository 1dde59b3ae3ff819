import { z } from 'zod';
import { ACTION_TYPES, REFUSAL_REASONS } from '../../../healer/src/names.ts';
import { labels } from '../fields/label-fields.ts';
import {
  count,
  duration,
  expected,
  listOf,
  mapping,
  name,
  oneOf,
  query,
  text,
  tolerance,
} from '../fields/schema-fields.ts';
import { COMPONENTS, KERNEL_FEATURES } from '../model/scenario.ts';
import { fault } from './fault-schema.ts';
import { params } from './params-schema.ts';
import { PROBE, probe, probes } from './probe-schema.ts';
import { repeat } from './repeat-schema.ts';
import { alerts, notifications } from './signal-schema.ts';

const API_VERSION = 'healproof.dev/v1alpha1';

const VERSION = expected(API_VERSION);
const apiVersion = z.literal(API_VERSION, VERSION).meta({ description: 'Version of this format.' });
const severities = ['blocker', 'critical', 'normal', 'minor', 'trivial'] as const;

const metadata = mapping(
  {
    name: name.meta({
      description: 'Unique among the scenarios of a run; its trend follows this name.',
      examples: ['killed-pod-is-replaced'],
    }),
    title: text('a title')
      .max(200, expected('a title of at most 200 characters'))
      .meta({ description: 'The claim in one sentence, as it stands in reports.' }),
    tags: listOf(name, 'a list of tags')
      .default([])
      .meta({ description: 'For choosing scenarios.', examples: [['smoke', 'pod']] }),
    severity: oneOf(severities).default('normal').meta({ description: 'How bad it is when the claim is refuted.' }),
    owner: text('the name of a team or person').optional().meta({ description: 'Who is asked about it.' }),
  },
  'metadata with name and title',
);

const requires = mapping({
  nodes: count(1).default(1).meta({ description: 'Workers a fault may touch that must be Ready.' }),
  kernel: listOf(oneOf(KERNEL_FEATURES), 'a list of kernel features')
    .default([])
    .meta({ description: 'Features that the nodes’ kernel must have; no-netem asks for its absence.' }),
  components: listOf(oneOf(COMPONENTS), 'a list of components')
    .default([])
    .meta({ description: 'Parts of the lab that must be running.' }),
}).meta({
  description: 'Where one of these is not met the scenario is skipped with the reason: never run, never passed.',
});

const usedSteadyState = mapping({ use: name.meta({ description: 'Name of a SteadyState document.' }) }).meta({
  id: 'usedSteadyState',
  description: 'Takes over every probe of a SteadyState document.',
});

const blastRadius = mapping(
  {
    namespaces: listOf(name, 'a list of namespaces')
      .min(1, expected('at least one namespace'))
      .meta({ description: 'The only namespaces in which anything may be touched.' }),
    maxPods: count(0).meta({ description: 'Most pods it may touch. Both sides of a network fault count.' }),
    maxNodes: count(0).default(0).meta({ description: 'Most nodes it may touch.' }),
  },
  'a blast radius with namespaces and maxPods',
).meta({
  description:
    'The most that the fault may touch; checked again on the real objects before injection. Required with a fault.',
});

const guard = mapping(
  {
    query,
    condition: tolerance.meta({ description: 'The run stops while this holds.' }),
    for: duration.meta({ description: 'For how long it must hold.' }),
  },
  'a guard with query, condition and for',
).meta({
  id: 'guard',
  description: 'Stops the run and takes the fault back. A guard whose data are missing stops it too.',
});

const expectedAction = mapping(
  {
    type: oneOf(ACTION_TYPES).meta({ description: 'What the healer must do.' }),
    target: labels.meta({
      description: 'Labels that the object acted on must carry.',
      examples: [{ app: 'shop-back' }],
    }),
    max: count(1).default(1).meta({ description: 'At most so often.' }),
  },
  'an action with type and target',
);

const expectedRefusal = mapping(
  {
    reason: oneOf(REFUSAL_REASONS).meta({
      description: 'What must have kept the healer from acting.',
      examples: ['MinHealthy'],
    }),
    target: labels.meta({
      description: 'Labels that the object spared must carry.',
      examples: [{ app: 'shop-back' }],
    }),
  },
  'a refusal with reason and target',
);

const actions = mapping({
  expect: listOf(expectedAction, 'a list of actions')
    .default([])
    .meta({ description: 'Each must happen at least once and at most `max` times.' }),
  forbid: listOf(
    mapping({ type: oneOf(ACTION_TYPES).meta({ description: 'What the healer must not do.' }) }, 'an action with type'),
    'a list of actions',
  )
    .default([])
    .meta({
      description:
        'None of these may happen to anything in the blast radius. Holds only with proof that the healer was watching.',
    }),
  refuse: listOf(expectedRefusal, 'a list of refusals').default([]).meta({
    description:
      'The healer must have wanted to act and refused for this reason, at least once: a healer that notices nothing refuses nothing.',
  }),
});

const phases = mapping({
  detect: duration.optional().meta({ description: 'Injected → the healer knows.' }),
  decide: duration.optional().meta({ description: 'Known → decided; counted into act unless given.' }),
  act: duration.optional().meta({ description: 'Decided → the API server accepted the action.' }),
  restore: duration.optional().meta({ description: 'Acted → every probe back in tolerance.' }),
});

const recovery = mapping(
  {
    within: duration
      .optional()
      .meta({ description: 'Recovery time objective: injection → restoration. Required with a fault.' }),
    stableFor: duration.meta({
      description: 'Must then hold for so long; not part of the recovery time. Without a fault: how long is watched.',
    }),
    phases: phases
      .default({})
      .meta({ description: 'Budgets of single phases; their sum may not exceed `within`. Only with `by: healer`.' }),
    by: oneOf(['healer', 'kubernetes', 'none']).meta({
      description: 'Who must have healed it; `none`: the fault must be absorbed.',
    }),
    actions: actions
      .default({ expect: [], forbid: [], refuse: [] })
      .meta({ description: 'What the healer must and must not do meanwhile.' }),
    alerts: alerts.default({ fires: [], silent: [] }).meta({ description: 'What Prometheus must and must not say.' }),
    notifications: notifications.default({ expect: [] }).meta({ description: 'What people must be told.' }),
  },
  'a recovery with within, stableFor and by',
).meta({ description: 'What must happen.' });

export const scenarioSchema = mapping({
  apiVersion,
  kind: z.literal('Scenario', expected('Scenario')).meta({ description: 'What this document is.' }),
  metadata,
  spec: mapping(
    {
      params,
      requires: requires.default({ nodes: 1, kernel: [], components: [] }),
      cluster: mapping({
        use: name.meta({
          description: '`lab`; `fresh` for a kind cluster of its own, removed afterwards; or a configured context.',
        }),
        config: text('the path of a kind configuration').optional().meta({
          description: 'kind configuration of a fresh cluster, relative to the project; the lab’s unless given.',
        }),
      })
        .default({ use: 'lab' })
        .meta({ description: 'Where it runs.' }),
      workload: mapping({ use: name.meta({ description: 'Name of a folder in workloads/.' }) })
        .optional()
        .meta({ description: 'Applied before, removed after.' }),
      steadyState: listOf(
        z.union([usedSteadyState, ...probes], expected(`${PROBE}, or a mapping with use`)),
        'a list of probes',
      )
        .min(1, expected('at least one probe'))
        .meta({
          description: 'What normal is: every probe must be in tolerance before injection, and again after recovery.',
        }),
      fault,
      blastRadius: blastRadius.optional(),
      abortWhen: listOf(guard, 'a list of guards')
        .default([])
        .meta({ description: 'Limits that stop the run and take the fault back.' }),
      recovery,
      repeat,
    },
    'a spec with steadyState, fault and recovery',
  ),
}).meta({
  title: 'healproof Scenario',
  description: 'A falsifiable claim: in this steady state, after this fault, the system is back within this time.',
});

export const steadyStateSchema = mapping({
  apiVersion,
  kind: z.literal('SteadyState', expected('SteadyState')).meta({ description: 'What this document is.' }),
  metadata: mapping(
    {
      name: name.meta({ description: 'What scenarios write after `use:`.' }),
      title: text('a title').max(200, expected('a title of at most 200 characters')).optional(),
    },
    'metadata with name',
  ),
  spec: mapping(
    { probes: listOf(probe, 'a list of probes').min(1, expected('at least one probe')) },
    'a spec with probes',
  ),
}).meta({
  title: 'healproof SteadyState',
  description: 'A named set of probes that describes normal, for use by scenarios.',
});

export type ScenarioDocument = z.output<typeof scenarioSchema>;
export type SteadyStateDocument = z.output<typeof steadyStateSchema>;

/** Schema of a document by its `kind`. */
export const SCHEMAS = { Scenario: scenarioSchema, SteadyState: steadyStateSchema } as const;
export type DocumentKind = keyof typeof SCHEMAS;
