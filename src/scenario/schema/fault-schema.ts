import { z } from 'zod';
import { CHAOS_KINDS } from '../model/chaos-kinds.ts';
import { NODE_ACTIONS } from '../model/fault.ts';
import { labels } from './label-fields.ts';
import { nodeName, objectName, releaseName } from './name-fields.ts';
import { count, duration, expected, listOf, mapping, name, oneOf, query, text, tolerance } from './schema-fields.ts';

const anything = (what: string): z.ZodRecord<z.ZodString, z.ZodUnknown> =>
  z.record(z.string(), z.unknown(), expected(what));

const chaosMesh = mapping(
  {
    kind: oneOf(CHAOS_KINDS).meta({ description: 'Kind of the Chaos Mesh experiment.' }),
    spec: anything('the spec of the Chaos Mesh experiment').meta({
      description: 'Its spec as Chaos Mesh documents it, unchanged; a fault that lasts must carry `duration`.',
    }),
  },
  'a Chaos Mesh fault with kind and spec',
).meta({ description: 'A fault that Chaos Mesh injects.' });

const objectFields = {
  apiVersion: text('an apiVersion such as apps/v1').meta({ description: 'Group and version of the object.' }),
  kind: text('a kind such as Deployment').meta({ description: 'Kind of the object.' }),
  namespace: name.meta({ description: 'Its namespace, inside the blast radius.' }),
  name: objectName.optional().meta({ description: 'Its name; or give labels.' }),
  labels: labels
    .optional()
    .meta({ description: 'One of the objects with these labels, drawn by the run’s seed; or give a name.' }),
};

const object = mapping(objectFields, 'an object with apiVersion, kind, namespace and name or labels').meta({
  id: 'object',
  description: 'One object, by its name or drawn among those with the labels.',
});

const CHANGES = 'one of apply, patch, scale, delete';
const kubernetes = mapping(
  {
    apply: anything('a manifest')
      .optional()
      .meta({ description: 'A manifest that is applied: a new object, or an existing one changed.' }),
    patch: mapping(
      {
        object,
        type: oneOf(['strategic', 'merge'])
          .default('strategic')
          .meta({ description: 'Strategic merge, which knows lists of named items, or JSON merge.' }),
        patch: anything('a patch').meta({ description: 'What is merged into the object.' }),
      },
      'a patch with object and patch',
    )
      .optional()
      .meta({ description: 'Changes an object.' }),
    scale: mapping(
      { object, replicas: count(0).meta({ description: 'How many replicas are left.' }) },
      'a scale with object and replicas',
    )
      .optional()
      .meta({ description: 'Sets the replicas of a Deployment or StatefulSet.' }),
    delete: object.optional().meta({ description: 'Deletes an object; it happens once.' }),
  },
  CHANGES,
)
  .refine((value) => Object.values(value).filter((part) => part !== undefined).length === 1, expected(CHANGES))
  .meta({ description: 'A change made through the API server. It stays until it is taken back.' });

const releaseFields = {
  release: releaseName.meta({ description: 'Name of the release; the workload must have installed it.' }),
  namespace: name.meta({ description: 'Its namespace, inside the blast radius.' }),
  chart: z
    .string(expected('a folder below the workload’s folder'))
    .regex(/^(?!.*\.\.)[A-Za-z0-9][A-Za-z0-9._/-]*$/, expected('a folder below the workload’s folder'))
    .default('chart')
    .meta({ description: 'Folder of the chart below the workload’s folder.', examples: ['chart-2'] }),
  values: anything('values of the chart').default({}).meta({ description: 'Values on top of the chart’s own.' }),
};

const UPGRADES = 'one of upgrade, killUpgrade';
const helm = mapping(
  {
    upgrade: mapping(releaseFields, 'an upgrade with release and namespace')
      .optional()
      .meta({ description: 'Upgrades the release to a bad chart or bad values.' }),
    killUpgrade: mapping(
      {
        ...releaseFields,
        killAfter: duration.default('1s').meta({ description: 'How long Helm works before it is killed.' }),
      },
      'an upgrade with release and namespace',
    )
      .optional()
      .meta({ description: 'Kills Helm half-way, which leaves the release in `pending-upgrade`.' }),
  },
  UPGRADES,
)
  .refine((value) => (value.upgrade === undefined) !== (value.killUpgrade === undefined), expected(UPGRADES))
  .meta({ description: 'A release upgraded for the worse. It stays until it is rolled back.' });

const node = mapping(
  {
    action: oneOf(NODE_ACTIONS).meta({
      description: 'Freeze the node, restart it, reboot its system, or cordon it and evict its pods.',
    }),
    node: mapping(
      {
        name: nodeName.optional().meta({ description: 'Name of the node.' }),
        labels: labels.optional().meta({ description: 'Labels the node carries.' }),
        runs: mapping(
          {
            namespace: name.meta({ description: 'Namespace of the pod.' }),
            labels: labels.meta({ description: 'Labels of the pod.' }),
          },
          'a pod by namespace and labels',
        )
          .optional()
          .meta({ description: 'A pod that runs on the node.' }),
      },
      'a node by name, labels or what runs on it',
    )
      .default({})
      .meta({ description: 'Which worker; one of those that fit is drawn by the run’s seed, never the judge’s.' }),
    duration: duration.optional().meta({ description: 'How long it stays paused; for `pause` only, and required.' }),
  },
  'a node fault with action',
).meta({
  description:
    'A fault of a node that kind made, or of any other by the command that `nodeCommands` of healproof.yaml gives.',
});

const witness = mapping(
  {
    query,
    tolerance: tolerance.meta({
      description: 'Must not hold before the injection and must hold once the fault is there.',
    }),
  },
  'a witness with query and tolerance',
).meta({
  description: 'Your own proof that the fault bites, required where healproof has none. It is added to its own.',
});

const kinds = {
  chaosMesh: chaosMesh.optional(),
  kubernetes: kubernetes.optional(),
  helm: helm.optional(),
  node: node.optional(),
  witness: witness.optional(),
};

const KINDS = ['chaosMesh', 'kubernetes', 'helm', 'node'] as const;
const SINGLE = 'exactly one of chaosMesh, kubernetes, helm, node';

const hasOneKind = (value: Readonly<Record<string, unknown>>): boolean =>
  KINDS.filter((kind) => value[kind] !== undefined).length === 1;

const step = mapping(
  { after: duration.optional().meta({ description: 'After the first one; the first has none.' }), ...kinds },
  `a fault: ${SINGLE}`,
)
  .refine(hasOneKind, expected(`a fault: ${SINGLE}`))
  .meta({ id: 'step' });

const sequence = listOf(step, 'a list of faults').min(2, expected('at least two faults')).meta({
  description:
    'Several faults in a row. Each must be proven and recovered from, and all be in force until the last is judged.',
});

const FAULT = '`none` or a mapping with one of chaosMesh, kubernetes, helm, node, sequence';

export const fault = z
  .union(
    [
      z.literal('none', expected(FAULT)),
      mapping({ ...kinds, sequence: sequence.optional() }, FAULT).refine(
        (value) => hasOneKind(value) !== (value.sequence !== undefined),
        expected(FAULT),
      ),
    ],
    expected(FAULT),
  )
  .meta({ description: 'What is broken. `none` is a control run: nothing is.' });

export type FaultDocument = z.output<typeof fault>;
export type StepDocument = z.output<typeof step>;
