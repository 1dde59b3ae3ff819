import type { Command } from 'commander';
import { UsageError } from '../../errors.ts';
import { completionScript, SHELLS } from '../output/completion.ts';

/** Prints the script by which a shell completes healproof's command lines. */
export function completion(program: Command, name: string): number {
  const shell = SHELLS.find((each) => each === name);
  if (shell === undefined)
    throw new UsageError(`there is no completion for ${name}; there is for ${SHELLS.join(', ')}`);
  process.stdout.write(completionScript(program, shell));
  return 0;
}
