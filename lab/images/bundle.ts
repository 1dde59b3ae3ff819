import { build } from 'esbuild';
import { BuildError, messageOf } from '../../src/errors.ts';

/** What bundled CommonJS packages call at run time. */
const BANNER = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

/** One self-contained ES module out of an entry file and everything it imports. */
export async function bundle(entry: string): Promise<string> {
  try {
    const { outputFiles } = await build({
      entryPoints: [entry],
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node24',
      banner: { js: BANNER },
      legalComments: 'none',
      // Names stay, for stack traces. V8 keeps the text in memory, at two bytes a character if one of them is in no Latin-1.
      minifyWhitespace: true,
      minifySyntax: true,
      charset: 'ascii',
      logLevel: 'silent',
      write: false,
    });
    const [file] = outputFiles;
    if (file === undefined) throw new Error('esbuild wrote nothing');
    return file.text;
  } catch (error: unknown) {
    throw new BuildError(`could not bundle ${entry}: ${messageOf(error)}`, { cause: error });
  }
}
