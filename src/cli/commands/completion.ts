import { EXIT } from '../../kernel/error-codes.ts';
import { createIo } from '../io.ts';
import { type Command, text } from './shared.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;

export const completion: Command = {
  name: 'completion',
  usage: 'completion [shell]',
  describe: 'Print a completion script for bash, zsh or fish; without a name, for $SHELL',
  examples: [
    ['oxios completion bash >> ~/.bashrc', ''],
    ['oxios completion zsh > ~/.zfunc/_oxios', ''],
    ['oxios completion fish > ~/.config/fish/completions/oxios.fish', ''],
  ],
  options: (yargs) => yargs.positional('shell', { choices: SHELLS, describe: 'which shell' }),
  async run(args) {
    const shell = text(args.shell) ?? SHELLS.find((one) => process.env.SHELL?.endsWith(`/${one}`)) ?? 'bash';
    createIo(args).out(SCRIPTS[shell as (typeof SHELLS)[number]]);
    return EXIT.ok;
  },
};

/** Each asks oxios what fits. Yargs answers with `name:description` where SHELL is zsh, with names otherwise. */
const SCRIPTS: Readonly<Record<(typeof SHELLS)[number], string>> = {
  bash: `_oxios() {
  local word="\${COMP_WORDS[COMP_CWORD]}"
  mapfile -t COMPREPLY < <(compgen -W "$(SHELL=bash oxios --get-yargs-completions "\${COMP_WORDS[@]:0:COMP_CWORD+1}" 2>/dev/null)" -- "$word")
}
complete -o bashdefault -o default -F _oxios oxios`,
  zsh: `#compdef oxios
_oxios() {
  local -a found
  found=("\${(@f)$(SHELL=zsh oxios --get-yargs-completions "\${(@)words[1,CURRENT]}" 2>/dev/null)}")
  if [[ -n "\${found[1]}" ]]; then _describe oxios found; else _files; fi
}
if [[ "$funcstack[1]" == _oxios ]]; then _oxios "$@"; else compdef _oxios oxios; fi`,
  fish: `function __oxios_complete
  set -l words (commandline -opc) (commandline -ct)
  SHELL=bash oxios --get-yargs-completions $words 2>/dev/null
end
complete -c oxios -a '(__oxios_complete)'`,
};
