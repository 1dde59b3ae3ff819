import type { z } from 'zod';
import { labels } from '../../fields/label-fields.ts';
import { objectName } from '../../fields/name-fields.ts';
import { anything, count, expected, mapping, name, oneOf, text } from '../../fields/schema-fields.ts';

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

export const kubernetesSchema = mapping(
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

export type KubernetesDocument = z.output<typeof kubernetesSchema>;
export type ObjectDocument = z.output<typeof object>;
