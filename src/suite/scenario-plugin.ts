import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vitest/config';

const RUNTIME = fileURLToPath(new URL('./define-scenarios.ts', import.meta.url));
const SCENARIO_FILE = /\.ya?ml$/;
const OURS = /^apiVersion:\s*["']?healproof\.dev\//m;

export interface ScenarioPluginOptions {
  /** Absolute path of the module that compiles and runs scenarios; healproof's own where none is given. */
  readonly runtimeModule?: string;
}

/** Makes a scenario file a Vitest test file: put its pattern into `test.include` and this into `plugins`. */
export function scenarioPlugin(options: ScenarioPluginOptions = {}): Plugin {
  return {
    name: 'healproof-scenarios',
    enforce: 'pre',
    async load(id) {
      const [file = ''] = id.split('?');
      if (!SCENARIO_FILE.test(file)) return null;
      const text = await readFile(file, 'utf8');
      if (!OURS.test(text)) return null;
      const code = [
        `import { defineScenarios } from ${JSON.stringify(RUNTIME)};`,
        `await defineScenarios(${JSON.stringify(file)}, ${JSON.stringify(options)});`,
      ];
      return { code: code.join('\n'), map: null };
    },
  };
}
