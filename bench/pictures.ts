import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { runViews } from '../src/suite/views.ts';
import { cannedFail, cannedInconclusive, cannedPass } from '../test/fixtures/canned-run.ts';
import { buildEvidence } from '../test/fixtures/evidence-builder.ts';
import { judgedRun } from '../test/fixtures/judged-run.ts';

/** Writes the pictures of sample runs, each on a light and on a dark page, to be looked at in a browser. */
const folder = resolve(process.argv[2] ?? 'reports/pictures');
const records = {
  pass: cannedPass,
  fail: cannedFail,
  inconclusive: cannedInconclusive,
  judged: judgedRun(buildEvidence()),
  never: judgedRun(buildEvidence({ backAtMs: null, actedAtMs: null, observedToMs: 60_000 })),
  absorbed: judgedRun(
    buildEvidence({ by: 'none', outAtMs: null, backAtMs: null, actedAtMs: null, observedToMs: 60_000 }),
  ),
};

await mkdir(folder, { recursive: true });
for (const [name, record] of Object.entries(records)) {
  const pictures = [...runViews(record)].map(([, svg]) => svg).join('\n<hr>\n');
  for (const scheme of ['light', 'dark']) {
    const page = `<!doctype html><meta charset="utf-8"><meta name="color-scheme" content="${scheme}">
<style>:root { color-scheme: ${scheme} } body { margin: 24px; background: Canvas; color: CanvasText; max-width: 1000px }</style>
<body>${pictures}`;
    await writeFile(join(folder, `${name}-${scheme}.html`), page);
  }
}
process.stdout.write(`${folder}\n`);
