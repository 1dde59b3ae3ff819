import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { createProgram } from '../program.ts';
import { completionScript, SHELLS } from './completion.ts';

const program = createProgram({ exitCode: 0 }, new AbortController().signal);
const verbs = program.commands.map((command) => command.name());

/** What bash offers after these words. */
function offered(...words: readonly string[]): string[] {
  const script = `${completionScript(program, 'bash')}
COMP_WORDS=(healproof ${words.map((word) => `'${word}'`).join(' ')})
COMP_CWORD=${words.length}
_healproof
printf '%s\\n' "\${COMPREPLY[@]}"`;
  const output = execFileSync('bash', ['--norc', '-c', script], { encoding: 'utf8', cwd: '/' });
  return output.split('\n').filter((line) => line !== '');
}

describe('completion', () => {
  it('offers every verb, in bash as it would be typed', () => {
    expect(offered('')).toEqual(expect.arrayContaining(verbs));
    expect(offered('ver')).toEqual(['verify']);
  });

  it.each([
    [
      ['run', '--he'],
      ['--healer', '--help'],
    ],
    [
      ['run', '--healer', ''],
      ['on', 'off', 'compare'],
    ],
    [['validate', '--format', 's'], ['sarif']],
    [['config', ''], ['show']],
    [['verify', '/et'], ['/etc']],
    [
      ['new', 'x', '--fault', 'pod'],
      ['pod-failure', 'pod-kill', 'pod-delete'],
    ],
  ])('offers after %j: %j', (words, expected) => {
    expect(offered(...words)).toEqual(expected);
  });

  it.each(SHELLS)('knows every verb and flag in %s', (shell) => {
    const script = completionScript(program, shell);
    for (const command of program.commands) {
      expect(script).toContain(command.name());
      for (const { long } of command.options)
        expect(script).toContain(shell === 'fish' ? `-l ${long?.slice(2)}` : long);
    }
  });
});
