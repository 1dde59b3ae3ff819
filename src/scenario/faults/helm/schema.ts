import { z } from 'zod';
import { releaseName } from '../../fields/name-fields.ts';
import { anything, duration, expected, mapping, name } from '../../fields/schema-fields.ts';

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

export const helmSchema = mapping(
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

export type HelmDocument = z.output<typeof helmSchema>;
