import type { Command, Option } from 'commander';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

interface Verb {
  /** As it is typed, e.g. `config show`. */
  readonly name: string;
  readonly about: string;
  readonly options: readonly Option[];
}

/** A script that completes verbs, flags and their values; what else is typed is a file. */
export function completionScript(program: Command, shell: Shell): string {
  const verbs = verbsOf(program, '');
  switch (shell) {
    case 'bash':
      return bash(verbs);
    case 'zsh':
      return `#compdef healproof\nautoload -U +X bashcompinit && bashcompinit\n${bash(verbs)}`;
    case 'fish':
      return fish(verbs);
  }
}

function verbsOf(command: Command, prefix: string): Verb[] {
  return command.commands.flatMap((child) => {
    const name = `${prefix}${child.name()}`;
    const verb = { name, about: child.description(), options: child.options };
    return [verb, ...verbsOf(child, `${name} `)];
  });
}

function topLevel(verbs: readonly Verb[]): readonly Verb[] {
  return verbs.filter(({ name }) => !name.includes(' '));
}

function flagsOf({ options }: Verb): string {
  return [...options.flatMap(({ long }) => long ?? []), '--help'].join(' ');
}

function wordsAfter({ name }: Verb, verbs: readonly Verb[]): string {
  const inner = verbs.filter((each) => each.name.startsWith(`${name} `));
  return inner.map((each) => each.name.slice(name.length + 1)).join(' ');
}

function bash(verbs: readonly Verb[]): string {
  const values = verbs.flatMap(({ name, options }) =>
    options.flatMap(({ long, argChoices }) =>
      argChoices === undefined ? [] : [`    "${name.split(' ')[0]} ${long}") words="${argChoices.join(' ')}" ;;`],
    ),
  );
  const cases = topLevel(verbs).map((verb) => {
    const inner = verbs.filter(({ name }) => name.startsWith(`${verb.name} `));
    const flags = [...new Set([verb, ...inner].flatMap((each) => flagsOf(each).split(' ')))].join(' ');
    return `    ${verb.name}) words="${flags}"; inner="${wordsAfter(verb, verbs)}" ;;`;
  });
  return `# healproof: completion for bash
_healproof() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" words="" inner=""
  COMPREPLY=()
  case "\${COMP_WORDS[1]} $previous" in
${[...new Set(values)].join('\n')}
  esac
  if [ -n "$words" ]; then
    COMPREPLY=($(compgen -W "$words" -- "$current"))
    return
  fi
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${topLevel(verbs)
      .map(({ name }) => name)
      .join(' ')} --help --version --verbose" -- "$current"))
    return
  fi
  case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
  esac
  if [[ "$current" == -* ]]; then
    COMPREPLY=($(compgen -W "$words" -- "$current"))
  elif [ -n "$inner" ]; then
    COMPREPLY=($(compgen -W "$inner" -- "$current"))
  else
    COMPREPLY=($(compgen -f -- "$current"))
  fi
}
complete -o filenames -F _healproof healproof
`;
}

function fish(verbs: readonly Verb[]): string {
  const top = topLevel(verbs);
  const lines = top.map(
    ({ name, about }) => `complete -c healproof -n __fish_use_subcommand -f -a ${name} -d ${quote(about)}`,
  );
  for (const verb of verbs) {
    const [outer = '', inner] = verb.name.split(' ');
    const when = quote(`__fish_seen_subcommand_from ${outer}`);
    if (inner !== undefined) lines.push(`complete -c healproof -n ${when} -f -a ${inner} -d ${quote(verb.about)}`);
    for (const { long, description, argChoices, required } of verb.options) {
      const values = argChoices === undefined ? (required ? ' -r' : '') : ` -x -a ${quote(argChoices.join(' '))}`;
      lines.push(`complete -c healproof -n ${when} -l ${long?.slice(2)}${values} -d ${quote(description)}`);
    }
  }
  return `# healproof: completion for fish\n${[...new Set(lines)].join('\n')}\n`;
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
