import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ResultWriter } from '../../ports/result-writer.ts';

/** What several runs of a scenario said together, for programs: `repetitions.json`. */
export const repetitionsWriter: ResultWriter = {
  name: 'repetitions',
  async writeSuite({ repetitions }, outputDir) {
    const text = JSON.stringify({ schemaVersion: 1, repetitions }, null, 2);
    await writeFile(join(outputDir, 'repetitions.json'), `${text}\n`);
  },
};
