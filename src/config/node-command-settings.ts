import { z } from 'zod';
import { redact } from '../adapters/evidence/redact.ts';
import type { Issue } from '../errors.ts';
import type { NodeCommand } from '../ports/node-commands.ts';
import { NODE_ACTION_KINDS } from '../scenario/faults/node/node-actions.ts';
import { parseDuration } from '../scenario/model/duration.ts';
import { NODE_ACTIONS, type NodeAction } from '../scenario/model/fault.ts';
import { didYouMean } from '../scenario/yaml/nearest.ts';
import type { Source } from '../scenario/yaml/source.ts';

const NODE_PLACEHOLDER = '{node}';

/** Commands by action; plain data, so that it can be handed to another process. */
export interface NodeCommandSettings {
  /** Where they are run: the folder of the file that they stand in. */
  readonly folder: string;
  /** How long each may take, ms. */
  readonly deadlineMs: number;
  readonly actions: Readonly<Partial<Record<NodeAction, NodeCommand | undefined>>>;
}

const ARGV = 'expected a program and its arguments as a list, such as [./power, "off", "{node}"]';
const argv = z
  .array(z.string({ error: ARGV }).min(1, ARGV), { error: ARGV })
  .min(1, ARGV)
  .refine((words) => words.slice(1).some((word) => word.includes(NODE_PLACEHOLDER)), {
    error: `expected ${NODE_PLACEHOLDER} in one of the arguments: without it every node would be meant`,
  })
  .refine((words) => !words.some(isSecret), {
    error:
      'what stands in a command line can be read by everybody on this machine: hand secrets over in a variable or a file',
  });

const SECRET_FLAG = /^-{1,2}[\w-]*(?:password|passwd|passphrase|token|secret|key|credentials?)$/i;

/** What looks like one, or follows a flag that is named for one. */
function isSecret(word: string, index: number, words: readonly string[]): boolean {
  return redact(word) !== word || SECRET_FLAG.test(words[index - 1] ?? '');
}

const once = z.strictObject({ do: argv, undo: argv }).transform((command) => ({ ...command, check: null }));
const checked = z.strictObject({ do: argv, undo: argv, check: argv });
/** What stands below the API server nobody but a check can see. */
const commandOf = (action: NodeAction): z.ZodType<NodeCommand> =>
  NODE_ACTION_KINDS[action].mustEndBecause === null ? once : checked;
type CommandSchemas = Record<NodeAction, z.ZodOptional<z.ZodType<NodeCommand>>>;
const commands = Object.fromEntries(
  NODE_ACTIONS.map((action) => [action, commandOf(action).optional()]),
) as CommandSchemas;
const settings = z.strictObject({
  deadline: z
    .string({ error: 'expected a duration such as 60s' })
    .transform((text, context) => {
      const ms = parseDuration(text);
      if (ms !== null) return ms;
      context.addIssue(`expected a duration such as 60s, got ${text}`);
      return z.NEVER;
    })
    .default(60_000),
  ...commands,
});

export const NODE_COMMANDS_KEY = 'nodeCommands';

/** Pure: the commands of a configuration file, or every problem in them at its place. */
export function readNodeCommands(
  data: unknown,
  folder: string,
  source: Source,
): { readonly commands: NodeCommandSettings | null; readonly issues: readonly Issue[] } {
  const parsed = settings.safeParse(data);
  if (!parsed.success) return { commands: null, issues: parsed.error.issues.flatMap((issue) => placed(issue, source)) };
  const { deadline, ...actions } = parsed.data;
  return { commands: { folder, deadlineMs: deadline, actions }, issues: [] };
}

function placed(issue: z.core.$ZodIssue, source: Source): Issue[] {
  const path = [NODE_COMMANDS_KEY, ...issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key))];
  if (issue.code !== 'unrecognized_keys') {
    const isMissing = issue.code === 'invalid_type' && issue.input === undefined && issue.path.length > 1;
    return [source.issue(path, isMissing ? `${issue.message}, but it is missing` : issue.message)];
  }
  const known = path.length === 1 ? Object.keys(settings.shape) : ['do', 'undo', 'check'];
  return issue.keys.map((key) => source.issueAtKey([...path, key], `unknown key${didYouMean(key, known)}`));
}
