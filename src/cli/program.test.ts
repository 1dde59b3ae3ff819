import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { EXAMPLES } from './examples.ts';
import { createProgram } from './program.ts';

const program = createProgram({ exitCode: 0 }, new AbortController().signal);

function verbsOf(command: Command): Command[] {
  return command.commands.flatMap((child) => [child, ...verbsOf(child)]);
}
const verbs = verbsOf(program).map((command) => [command.name(), command] as const);

/** Names of the flags and the verb that an example uses. */
function wordsOf(example: string): { readonly verb: string; readonly flags: readonly string[] } {
  const [, first = '', second = ''] = example.replace(/^source <\(/, '').split(/[\s)]+/);
  const verb = first === 'config' ? second : first;
  return { verb, flags: example.split(/\s+/).filter((word) => word.startsWith('--')) };
}

describe('the command line', () => {
  it.each(verbs)('%s has a description and an example in its help', (_name, command) => {
    expect(command.description()).not.toBe('');
    let help = '';
    command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
    expect(help).toMatch(/Examples?:\n {2}\$ (source <\(?)?healproof /);
  });

  it.each(Object.entries(EXAMPLES).flatMap(([verb, all]) => all.map(([example]) => [example, verb] as const)))(
    'the example `%s` names a verb and flags that exist',
    (example) => {
      const { verb, flags } = wordsOf(example);
      const command = new Map(verbs).get(verb);
      const known = command?.options.map(({ long }) => long) ?? [];
      expect(command).toBeDefined();
      expect(known).toEqual(expect.arrayContaining([...flags]));
    },
  );

  it('shows examples for verbs only that there are', () => {
    expect(Object.keys(EXAMPLES).toSorted()).toEqual(['healproof', ...verbs.map(([name]) => name)].toSorted());
  });

  it('uses --format for how something is printed and --output for where it goes, everywhere', () => {
    for (const [, command] of verbs) {
      const output = command.options.find(({ long }) => long === '--output');
      const format = command.options.find(({ long }) => long === '--format');
      expect(output?.flags ?? '--output <path>').toBe('--output <path>');
      expect(format?.argChoices ?? ['text', 'json']).toEqual(expect.arrayContaining(['text', 'json']));
    }
  });
});
