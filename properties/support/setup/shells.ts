/**
 * What real shells offer for a line that is typed: fish by its own command, zsh in a pseudo-terminal.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Tells of every word that zsh adds; the key that completes only lists. What zsh finds out about all of its own completions is kept
 * in a file: looking for them takes seconds.
 */
const TELLING = (script: string, known: string) => `autoload -Uz compinit; compinit -C -u -d ${known}
source ${script}
compadd () {
  if [[ \${@[1,(i)(-|--)]} == *-(O|A|D)\\ * ]]; then builtin compadd "$@"; return $?; fi
  local -a hits
  builtin compadd -A hits "$@"
  local hit; for hit in $hits; do print -r -- "HIT:$hit"; done
  builtin compadd "$@"
}
list-and-tell () { zle list-choices; print -r -- DONE }
zle -N list-and-tell
bindkey '^I' list-and-tell
`;

const ASKING = `zmodload zsh/zpty || exit 3
zpty z zsh -f -i
zpty -w z "PROMPT=; source $1; print READY"
local line
while zpty -r z line '*READY*'; do break; done
zpty -w -n z "$2"$'\\t'
integer k=0
while (( k++ < 1000 )) && zpty -r z line; do
  line=\${line//$'\\r'/ }
  [[ $line == *DONE* ]] && break
  [[ $line == *HIT:* ]] && print -r -- \${line##*HIT:}
done
zpty -d z
`;

const words = (text: string) => [...new Set(text.split('\n').map((line) => line.trim()))].filter(Boolean).sort();

/** The words that zsh offers for a line. @param folder for the scripts */
export function offeredByZsh(script: string, line: string, folder: string): string[] {
  const [own, setup, ask] = ['completion.zsh', 'setup.zsh', 'ask.zsh'].map((name) => join(folder, name));
  writeFileSync(own!, script);
  writeFileSync(setup!, TELLING(own!, join(folder, 'zcompdump')));
  writeFileSync(ask!, ASKING);
  return words(spawnSync('zsh', ['-f', ask!, setup!, line], { encoding: 'utf8', timeout: 60_000 }).stdout);
}

/** The words that fish offers for a line. */
export function offeredByFish(script: string, line: string, folder: string): string[] {
  const own = join(folder, 'completion.fish');
  writeFileSync(own, script);
  const ask = 'source $argv[1]; complete -C $argv[2]';
  const { stdout } = spawnSync('fish', ['--no-config', '-c', ask, own, line], { encoding: 'utf8', timeout: 60_000 });
  return words(stdout.replace(/\t.*$/gm, ''));
}
