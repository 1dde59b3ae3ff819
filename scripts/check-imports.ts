// Who may import whom: the rules of .dependency-cruiser.cjs, and that folders form layers of a size one can survey.
import { cruise, format, type ICruiseResult } from 'dependency-cruiser';
import extractDepcruiseOptions from 'dependency-cruiser/config-utl/extract-depcruise-options';
import { crowdedFolders, foldersInCircles } from './folder-layers.ts';

const ROOTS = ['src', 'lab', 'healer', 'janitor/src', 'scripts', 'test', 'bench'];
/** Tests and what only they share may be put together from everywhere. */
const LAYERED = /^(src|lab|healer\/src|janitor\/src|scripts)\/(?!.*\.test(-data)?\.ts$)/;

const { output } = await cruise(ROOTS, await extractDepcruiseOptions('./.dependency-cruiser.cjs'));
if (typeof output === 'string') throw new Error(output);
const files = output.modules
  .filter(({ source }) => LAYERED.test(source))
  .map(({ source, dependencies }) => ({
    path: layerOf(source),
    imports: dependencies.map(({ resolved }) => layerOf(resolved)),
  }));
const problems = [
  ...foldersInCircles(files).map((circle) => `folders import each other in a circle: ${circle.join(', ')}`),
  ...crowdedFolders(files).map(([folder, size]) => `${folder} holds ${size} sources: part it`),
];
const rules = await format(output, { outputType: 'err' });
process.stdout.write(`${String(rules.output).trimEnd()}\n${problems.map((each) => `  error ${each}\n`).join('')}`);
process.exitCode = hasErrors(output) || problems.length > 0 ? 1 : 0;

/** What starts a program stands above the folder that it lies in. */
function layerOf(path: string): string {
  return path.replace(/^healer\/src\/(main|healer)\.ts$/, 'healer/src (program)/$1.ts');
}

function hasErrors({ summary }: ICruiseResult): boolean {
  return summary.error > 0;
}
