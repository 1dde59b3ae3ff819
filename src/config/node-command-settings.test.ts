import { describe, expect, it } from 'vitest';
import { formatIssue } from '../errors.ts';
import { readConfigText } from './config-file.ts';

const read = (text: string) => readConfigText({ path: '/project/healproof.yaml', text: `nodeCommands:\n${text}` });
const problems = (text: string): string[] => read(text).issues.map(formatIssue);
const UNDO = 'undo: [./on, "{node}"]';

describe('nodeCommands', () => {
  it('are programs with their arguments, run where the file is', () => {
    const { nodeCommands, issues } = read(
      `  deadline: 5s\n  pause: { do: [./off, "{node}"], ${UNDO}, check: [./is-off, "{node}"] }\n  drain: { do: [./drain, "--node={node}"], ${UNDO} }\n`,
    );
    expect(issues).toEqual([]);
    expect(nodeCommands).toEqual({
      folder: '/project',
      deadlineMs: 5_000,
      actions: {
        pause: { do: ['./off', '{node}'], undo: ['./on', '{node}'], check: ['./is-off', '{node}'] },
        drain: { do: ['./drain', '--node={node}'], undo: ['./on', '{node}'], check: null },
      },
    });
  });

  it('are none where the file has none', () => {
    expect(readConfigText({ path: 'f', text: 'engine: auto\n' }).nodeCommands).toBeNull();
  });

  it.each([
    [
      `  reboot: { do: "./off {node}", ${UNDO} }`,
      ':2:17 nodeCommands.reboot.do: expected a program and its arguments as a list',
    ],
    [`  reboot: { do: [], ${UNDO} }`, ':2:17 nodeCommands.reboot.do: expected a program and its arguments as a list'],
    [`  reboot: { do: [./off, 7], ${UNDO} }`, ':2:25 nodeCommands.reboot.do[1]: expected a program and its arguments'],
    [`  reboot: { do: [./off], ${UNDO} }`, ':2:17 nodeCommands.reboot.do: expected {node} in one of the arguments'],
    [`  reboot: { do: ["{node}"], ${UNDO} }`, ':2:17 nodeCommands.reboot.do: expected {node} in one of the arguments'],
    ['  reboot: { do: [./off, "{node}"] }', 'nodeCommands.reboot.undo: expected a program and its arguments as a list'],
    [`  pause: { do: [./off, "{node}"], ${UNDO} }`, 'nodeCommands.pause.check: expected a program and its arguments'],
    [
      `  stopKubelet: { do: [./off, "{node}"], ${UNDO} }`,
      'nodeCommands.stopKubelet.check: expected a program and its arguments',
    ],
    [
      `  reboot: { do: [./off, "{node}"], ${UNDO}, chek: 1 }`,
      'nodeCommands.reboot.chek: unknown key (did you mean check?)',
    ],
    ['  unplug: {}', ':2:3 nodeCommands.unplug: unknown key'],
    ['  deadline: soon', ':2:13 nodeCommands.deadline: expected a duration such as 60s, got soon'],
    [
      `  reboot: { do: [./off, "{node}", --password, hunter2], ${UNDO} }`,
      ':2:17 nodeCommands.reboot.do: what stands in a command line can be read',
    ],
    [
      `  reboot: { do: [./off, "{node}", "token=abc123"], ${UNDO} }`,
      ':2:17 nodeCommands.reboot.do: what stands in a command line can be read',
    ],
  ])('are refused at their place: %s', (text, words) => {
    expect(problems(text).join('\n')).toContain(words);
  });

  it('may name a file that holds a secret', () => {
    expect(problems(`  reboot: { do: [./off, "{node}", --token-file, /run/token], ${UNDO} }`)).toEqual([]);
  });
});
