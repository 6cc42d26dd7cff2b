/**
 * `relu-atlas completion` and `relu-atlas man`: made from the same commands and options as the help.
 */
import { Argument, Command, type Option } from 'commander';
import { EXIT } from '../exit.js';
import { EXIT_CODES } from '../options/arrange.js';
import type { Runner } from '../options/shared.js';

const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];

const optionsOf = (command: Command): readonly Option[] => command.options.filter(({ hidden }) => !hidden);
const names = (command: Command) => [
  ...optionsOf(command).flatMap(({ short, long }) => [long ?? short ?? '']),
  '--help',
];
/** A text in single quotes of a POSIX shell. */
const single = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
/** The words that the arguments of a command are chosen from. */
const wordsOf = (command: Command) => command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []);
const brief = (text: string) => text.replace(/\s+/g, ' ');
const commandsOf = (root: Command) => root.commands.map((command) => command.name()).join(' ');
const HELP = 'display help for command';

function bash(root: Command): string {
  const cases = root.commands.map((command) => {
    const choices = optionsOf(command)
      .filter(({ argChoices }) => argChoices !== undefined)
      .map(
        ({ long, argChoices }) =>
          `      ${long}) COMPREPLY=($(compgen -W ${single(argChoices!.join(' '))} -- "$cur")); return ;;`,
      );
    const words = `COMPREPLY=($(compgen -W ${single(names(command).join(' '))} -- "$cur"))`;
    const chosen = wordsOf(command).join(' ');
    const other = chosen === '' ? '' : ` || COMPREPLY=($(compgen -W ${single(chosen)} -- "$cur"))`;
    return `    ${command.name()})\n      case "$prev" in\n${[...choices, '      *) ;;'].join('\n')}\n      esac\n      [[ "$cur" == -* ]] && ${words}${other} ;;`;
  });
  const commands = commandsOf(root);
  return `# bash completion of relu-atlas: eval "$(relu-atlas completion bash)"
_relu_atlas() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}"
  [[ "$prev" == = ]] && prev="\${COMP_WORDS[COMP_CWORD-2]}"
  [[ "$cur" == = ]] && { prev="\${COMP_WORDS[COMP_CWORD-1]}"; cur=; }
  COMPREPLY=()
  if [[ $COMP_CWORD -eq 1 ]]; then
    COMPREPLY=($(compgen -W ${single(`${commands} help --help --version`)} -- "$cur"))
    return
  fi
  case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
    help) COMPREPLY=($(compgen -W ${single(commands)} -- "$cur")) ;;
  esac
}
complete -o bashdefault -o default -F _relu_atlas relu-atlas
`;
}

function zsh(root: Command): string {
  const escaped = (text: string) => brief(text).replace(/[[\]:\\]/g, '\\$&');
  const commands = root.commands.map(
    (command) => `    ${single(`${command.name()}:${escaped(command.description())}`)}`,
  );
  const cases = root.commands.map((command) => {
    const specs = optionsOf(command).map((option) => {
      const takes = option.required || option.optional;
      const values = option.argChoices === undefined ? '_files' : `(${option.argChoices.join(' ')})`;
      return single(
        `${option.long}${takes ? '=' : ''}[${escaped(option.description)}]${takes ? `:value:${values}` : ''}`,
      );
    });
    const chosen = wordsOf(command);
    const rest = chosen.length === 0 ? "'*:file:_files'" : single(`1:word:(${chosen.join(' ')})`);
    return `    ${command.name()}) _arguments ${[...specs, "'--help[show the help]'", rest].join(' \\\n      ')} ;;`;
  });
  return `#compdef relu-atlas
# zsh completion of relu-atlas: source <(relu-atlas completion zsh)
_relu_atlas() {
  local -a commands
  commands=(
${commands.join('\n')}
    ${single(`help:${HELP}`)}
  )
  if (( CURRENT == 2 )); then _describe command commands; return; fi
  local name=$words[2]
  shift words; (( CURRENT-- ))
  case $name in
${cases.join('\n')}
    help) _describe command commands ;;
  esac
}
compdef _relu_atlas relu-atlas
`;
}

function fish(root: Command): string {
  const lines = root.commands.flatMap((command) => {
    const name = command.name();
    return [
      `complete -c relu-atlas -n __fish_use_subcommand -a ${name} -d ${single(brief(command.description()))}`,
      ...wordsOf(command).map(
        (word) => `complete -c relu-atlas -n '__fish_seen_subcommand_from ${name}' -f -a ${single(word)}`,
      ),
      ...optionsOf(command).map((option) => {
        const takes = option.required || option.optional ? ' -r' : '';
        const values = option.argChoices === undefined ? '' : ` -f -a ${single(option.argChoices.join(' '))}`;
        const long = (option.long ?? '').slice(2);
        return `complete -c relu-atlas -n '__fish_seen_subcommand_from ${name}' -l ${long}${takes}${values} -d ${single(brief(option.description))}`;
      }),
    ];
  });
  lines.push(
    `complete -c relu-atlas -n __fish_use_subcommand -a help -d ${single(HELP)}`,
    `complete -c relu-atlas -n '__fish_seen_subcommand_from help' -f -a ${single(commandsOf(root))}`,
  );
  return `# fish completion of relu-atlas: relu-atlas completion fish | source\n${lines.join('\n')}\n`;
}

const SCRIPTS: { readonly [S in Shell]: (root: Command) => string } = { bash, zsh, fish };

/** Text as roff has it: no line begins with a control character, a hyphen is one. */
const roff = (text: string) =>
  text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/^([.'])/gm, '\\&$1');

/** What a command's help says after its options. */
function closingText(command: Command): string {
  let text = '';
  // As help for a terminal: the beginning is what `formatHelp` makes, colours included.
  command.configureOutput({ writeOut: (part) => (text += part), getOutHasColors: () => true });
  command.outputHelp();
  command.configureOutput({ writeOut: (part) => process.stdout.write(part) });
  const helpOnly = command.createHelp().formatHelp(command, command.createHelp());
  return text.startsWith(helpOnly) ? text.slice(helpOnly.length).trim() : '';
}

function manOf(command: Command): string {
  const options = optionsOf(command).map(({ flags, description, argChoices }) => {
    const choices = argChoices === undefined ? '' : ` (${argChoices.join(', ')})`;
    return `.TP\n.B ${roff(flags)}\n${roff(description + choices)}\n`;
  });
  const notes = closingText(command);
  return [
    `.SS ${roff(`relu-atlas ${command.name()} ${command.usage()}`)}\n${roff(command.description())}\n`,
    ...options,
    notes === '' ? '' : `.PP\n.nf\n${roff(notes)}\n.fi\n`,
  ].join('');
}

function manPage(root: Command): string {
  const codes = EXIT_CODES.map(([code, meaning]) => `.TP\n.B ${code}\n${roff(meaning)}\n`).join('');
  return `.TH RELU\\-ATLAS 1 "" "relu\\-atlas ${root.version() ?? ''}" "User Commands"
.ad l
.SH NAME
relu\\-atlas \\- ${roff(root.description().replace(/\.$/, ''))}
.SH SYNOPSIS
.B relu\\-atlas
.I command
[arguments] [options]
.SH COMMANDS
${root.commands.map(manOf).join('')}.SH EXIT STATUS
${codes}`;
}

/** The program that a command belongs to. */
const rootOf = (command: Command): Command => (command.parent === null ? command : rootOf(command.parent));

export function completionCommand(run: Runner): Command {
  return new Command('completion')
    .description('print the completion script of a shell')
    .addArgument(new Argument('<shell>').choices(SHELLS))
    .addHelpText(
      'after',
      `
Examples:
  eval "$(relu-atlas completion bash)"
  source <(relu-atlas completion zsh)
  relu-atlas completion fish | source`,
    )
    .action(
      run(async (shell: Shell, _options: object, command: Command) => {
        process.stdout.write(SCRIPTS[shell](rootOf(command)));
        return EXIT.ok;
      }),
    );
}

export function manCommand(run: Runner): Command {
  return new Command('man')
    .description('print the manual page')
    .addHelpText('after', '\nExample:\n  relu-atlas man | man -l -')
    .action(
      run(async (_options: object, command: Command) => {
        process.stdout.write(manPage(rootOf(command)));
        return EXIT.ok;
      }),
    );
}
