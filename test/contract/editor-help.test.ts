// biome-ignore-all lint/suspicious/noTemplateCurlyInString: expressions of scenario files
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LanguageClient } from '../fixtures/language-client.ts';

const SCENARIOS = new URL('../../scenarios/', import.meta.url);
const SCENARIO = readFileSync(fileURLToPath(new URL('wedged-replica-is-replaced.yaml', SCENARIOS)), 'utf8');

interface Diagnostic {
  readonly message: string;
  readonly range: { readonly start: { readonly line: number; readonly character: number } };
}

let client: LanguageClient;
let documents = 0;
beforeAll(async () => {
  client = await LanguageClient.start();
});
afterAll(() => client[Symbol.asyncDispose]());

/** Opens a text as a file of the folder scenarios/: its first line says where the schema is. */
async function open(text: string): Promise<{ uri: string; problems: readonly Diagnostic[] }> {
  documents += 1;
  const uri = new URL(`unsaved-${documents}.yaml`, SCENARIOS).href;
  const checked = client.next('textDocument/publishDiagnostics');
  client.tell('textDocument/didOpen', { textDocument: { uri, languageId: 'yaml', version: 1, text } });
  const { diagnostics } = (await checked) as { diagnostics: readonly Diagnostic[] };
  return { uri, problems: diagnostics };
}

/** What an editor offers at the place of `|`. */
async function offered(text: string): Promise<string[]> {
  const before = text.slice(0, text.indexOf('|')).split('\n');
  const { uri } = await open(text.replace('|', ''));
  const position = { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
  const { items } = (await client.ask('textDocument/completion', { textDocument: { uri }, position })) as {
    items: readonly { label: string }[];
  };
  return items.map(({ label }) => label);
}

const changed = (before: string, after: string): string => {
  expect(SCENARIO).toContain(before);
  return SCENARIO.replace(before, after);
};

describe('an editor with yaml-language-server', () => {
  it('finds nothing wrong in a scenario of this repository', async () => {
    expect((await open(SCENARIO)).problems).toEqual([]);
  });

  it('completes the keys of a recovery that are not there yet', async () => {
    const labels = await offered(
      changed('    stableFor: 10s\n', '    stableFor: 10s\n    |\n').replace('    by: healer\n', ''),
    );
    expect(labels).toContain('by');
    expect(labels).not.toContain('metadata');
  });

  it('completes the words of a closed list', async () => {
    expect(await offered(changed('by: healer', 'by: |'))).toEqual(
      expect.arrayContaining(['healer', 'kubernetes', 'none']),
    );
  });

  it('marks a wrong key where it stands', async () => {
    const { problems } = await open(changed('    stableFor:', '    stabelFor:'));
    const line = SCENARIO.slice(0, SCENARIO.indexOf('    stableFor:')).split('\n').length - 1;
    expect(problems).toContainEqual(
      expect.objectContaining({
        message: expect.stringContaining('stabelFor'),
        range: expect.objectContaining({ start: { line, character: 4 } }),
      }),
    );
  });

  it.each([
    ['a wrong word', 'by: healer', 'by: wizard'],
    ['a duration without a unit', 'stableFor: 10s', 'stableFor: 10'],
  ])('marks %s', async (_what, before, after) => {
    expect((await open(changed(before, after))).problems.length).toBeGreaterThan(0);
  });

  it('bears a parameter where a duration or a number belongs', async () => {
    const text = changed('stableFor: 10s', 'stableFor: ${{ params.stable }}').replace(
      'spec:\n',
      'spec:\n  params: { stable: { type: duration, default: 10s } }\n',
    );
    expect((await open(text)).problems).toEqual([]);
  });
});
