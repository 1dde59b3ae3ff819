import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadManifests } from './manifests.ts';

it('keeps addresses of Services out of the settings of the healer, which are named like them', async () => {
  const objects = await loadManifests(join(import.meta.dirname, '../deploy/healer'));
  const deployment = objects.find(({ kind }) => kind === 'Deployment');
  expect(deployment?.spec).toMatchObject({ template: { spec: { enableServiceLinks: false } } });
});
