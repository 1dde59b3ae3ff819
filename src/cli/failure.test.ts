import { CommanderError } from 'commander';
import { describe, expect, it } from 'vitest';
import { CleanupError, CommandError, InternalError, PreflightError, ScenarioError, UsageError } from '../errors.ts';
import { failureCode, failureText } from './failure.ts';

const failure = { command: 'kind create cluster', exitCode: 1, signal: null, output: 'ERROR: no space left' };
const issue = { file: 'a.yaml', line: 3, column: 9, path: 'spec.fault', message: 'unknown key' };

describe('what a person is told about a failure', () => {
  it('is a sentence and the remedy, no stack', () => {
    const error = new PreflightError('port 80 of 127.0.0.1 is in use', { hint: 'Stop what listens there.' });
    expect(failureText(error, false)).toBe('port 80 of 127.0.0.1 is in use\nStop what listens there.');
    expect(failureText(error, true)).toContain('failure.test.ts');
  });

  it('is the command that failed and what it said, also when it is only the cause', () => {
    const command = new CommandError(failure, { hint: 'Free some.' });
    const text = 'command failed with exit code 1: kind create cluster\nFree some.\nERROR: no space left';
    expect(failureText(command, false)).toBe(text);
    expect(failureText(new PreflightError('no lab', { cause: command }), false)).toBe('no lab\nERROR: no space left');
  });

  it('is every problem of a file at its place', () => {
    expect(failureText(new ScenarioError([issue, { ...issue, line: 4 }]), false)).toBe(
      'a.yaml:3:9 spec.fault: unknown key\na.yaml:4:9 spec.fault: unknown key',
    );
  });

  it('has the stack, with its causes, for what must be a defect of ours', () => {
    const error = new InternalError('impossible', { cause: new TypeError('x is not a function') });
    expect(failureText(error, false)).toMatch(
      /^impossible\nInternalError: impossible\n.*caused by: TypeError: x is not/s,
    );
    expect(failureText(new TypeError('oops'), false)).toMatch(/^oops\nTypeError: oops\n {4}at /);
    expect(failureText('thrown text', false)).toBe('thrown text');
  });
});

it.each([
  [new UsageError('no'), 2],
  [new ScenarioError([issue]), 2],
  [new CommanderError(1, 'commander.unknownOption', 'no'), 2],
  [new CommanderError(0, 'commander.helpDisplayed', ''), 0],
  [new CleanupError([new Error('x')]), 4],
  [new PreflightError('no'), 3],
  [new TypeError('no'), 3],
  ['thrown text', 3],
])('%s ends with exit code %i, whatever was a signal with its own', (error, code) => {
  expect(failureCode(error, null)).toBe(code);
  expect(failureCode(error, 'SIGINT')).toBe(130);
  expect(failureCode(error, 'SIGTERM')).toBe(143);
});
