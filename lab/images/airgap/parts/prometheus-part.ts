import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Versions } from '../../versions.ts';
import { goBuild, withWritableSource } from './go-build.ts';
import type { Part } from './part.ts';

/** Prometheus is meant to be built with a list of its own of ways to find targets; the lab needs these. */
const DISCOVERY = ['file', 'http', 'kubernetes'];

/** Prometheus without its web pages (their build needs a network of its own) and without clouds to discover. */
export function prometheusPart(versions: Versions, modulesFolder: string): Part {
  const { module } = versions.modules.prometheus;
  const version = versions.tags.prometheus.replace('v', '');
  const folder = join(modulesFolder, 'prometheus');
  return {
    id: 'prometheus',
    title: `Prometheus v${version}`,
    needs: [],
    inputs: { recipe: 1, version, discovery: DISCOVERY },
    files: [folder],
    expectedSeconds: 120,
    build: async (context) => {
      const copy = await withWritableSource(context, folder, module);
      const imports = DISCOVERY.map((name) => `\t_ "${module}/discovery/${name}"`);
      const plugins = ['package plugins', '', 'import (', ...imports, ')', ''].join('\n');
      await writeFile(join(copy.source, 'plugins', 'plugins.go'), plugins);
      await goBuild(context, {
        folder: copy.folder,
        programs: [`${module}/cmd/prometheus`],
        variables: {
          'github.com/prometheus/common/version.Version': version,
          'github.com/prometheus/common/version.Branch': 'healproof',
          'github.com/prometheus/common/version.Revision': versions.modules.prometheus.version,
        },
      });
    },
  };
}
