import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Versions } from '../../versions.ts';
import { goBuild, withWritableSource } from './go-build.ts';
import type { Part } from './part.ts';

/** Alertmanager without its web pages: they are embedded, and the module does not hold them. */
export function alertmanagerPart(versions: Versions, modulesFolder: string): Part {
  const { module, version } = versions.modules.alertmanager;
  const folder = join(modulesFolder, 'alertmanager');
  return {
    id: 'alertmanager',
    title: `Alertmanager ${version}`,
    needs: [],
    inputs: { recipe: 1, version },
    files: [folder],
    expectedSeconds: 45,
    build: async (context) => {
      const copy = await withWritableSource(context, folder, module);
      const pages = join(copy.source, 'ui', 'app', 'dist');
      await mkdir(pages, { recursive: true });
      await writeFile(join(pages, 'none.txt'), 'This build has no web pages; its API is whole.\n');
      await goBuild(context, {
        folder: copy.folder,
        programs: [`${module}/cmd/alertmanager`],
        variables: {
          'github.com/prometheus/common/version.Version': version.replace('v', ''),
          'github.com/prometheus/common/version.Branch': 'healproof',
          'github.com/prometheus/common/version.Revision': version,
        },
      });
    },
  };
}
