import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ResultWriter } from '../../ports/result-writer.ts';
import { junitXml } from './junit-xml.ts';

export function junitFileOf(outputDir: string): string {
  return join(outputDir, 'junit.xml');
}

export const junitWriter: ResultWriter = {
  name: 'JUnit',
  async writeSuite({ runs, problems, repetitions }, outputDir) {
    const records = runs.map(({ record }) => record);
    await writeFile(junitFileOf(outputDir), junitXml(records, problems, repetitions));
  },
};
