import type { CommandOptions, CommandResult, Run } from '../../src/adapters/process/command.ts';
import { CommandError } from '../../src/errors.ts';

export interface Call {
  readonly program: string;
  readonly args: readonly string[];
  readonly options: CommandOptions;
}

type Answer = string | { readonly exitCode: number; readonly output: string };

/** Records what would have been run; answers by the first handler whose words the command line begins with. */
export class FakeRun {
  readonly calls: Call[] = [];
  readonly #answers: [prefix: string, answer: (call: Call) => Answer | Promise<Answer>][] = [];

  on(prefix: string, answer: Answer | ((call: Call) => Answer | Promise<Answer>)): this {
    this.#answers.push([prefix, typeof answer === 'function' ? answer : () => answer]);
    return this;
  }

  get lines(): string[] {
    return this.calls.map(({ program, args }) => [program, ...args].join(' '));
  }

  /** Where set, every program fails with it. */
  broken: Error | null = null;

  readonly run: Run = async (program, args, options = {}): Promise<CommandResult> => {
    options.signal?.throwIfAborted();
    if (this.broken !== null) throw this.broken;
    const call = { program, args, options };
    this.calls.push(call);
    const line = [program, ...args].join(' ');
    const handler = this.#answers.find(([prefix]) => line.startsWith(prefix));
    const answer = handler === undefined ? '' : await handler[1](call);
    if (typeof answer === 'string') return { stdout: answer, stderr: '', durationMs: 1 };
    throw new CommandError({ command: line, exitCode: answer.exitCode, signal: null, output: answer.output });
  };
}
