import { basename, join } from 'node:path';
import { isUnder } from './capability.ts';
import type { Protection } from './decide.ts';
import type { AbsPath } from './ids.ts';

export interface ProtectionInput {
  readonly home: AbsPath;
  readonly userHome: AbsPath;
  readonly accountHome?: AbsPath | undefined;
  /** The seed and the records of runs under way. */
  hidden(path: AbsPath): boolean;
}

/**
 * Paths with rules of their own, whatever is granted. Never writable: Oxios' home, Git's hooks and configuration, what
 * shells and other programs of the user run when they start, seeds in use. Not readable without a grant that names them:
 * environment files, keys, credentials.
 */
export function createProtection(input: ProtectionInput): Protection {
  const own = folded(input.home);
  // Joined once: every command asks this of every name in its folder.
  const [startup, credentials] = [startupIn(homesOf(input)).map(folded), credentialsIn(homesOf(input)).map(folded)];
  return {
    writable(path) {
      const plain = folded(path);
      if (isUnder(plain, own)) return OF_OXIOS;
      if (input.hidden(path)) return OF_THE_RUN;
      if (GIT_OWN.test(plain)) return 'it belongs to Git, which runs what stands there';
      if (OXIOS_OWN.test(plain)) return 'it decides what agents may do';
      if (SYSTEM.test(plain)) return 'the system runs it';
      return startup.some((one) => isUnder(plain, one)) ? 'programs of the user run it when they start' : undefined;
    },
    readable(path) {
      const plain = folded(path);
      if (isUnder(plain, own)) return OF_OXIOS;
      if (input.hidden(path)) return OF_THE_RUN;
      const name = basename(plain);
      if (ENVIRONMENT.test(name) && !EXAMPLE.test(name)) return 'environment files hold secrets';
      if (OF_OTHERS.test(plain)) return 'it holds what other programs and users keep to themselves';
      if (KEY_FILE.test(name) || credentials.some((folder) => isUnder(plain, folder))) return 'it holds keys or credentials';
      return undefined;
    },
  };
}

/** Of the environment and of the account. */
export const homesOf = ({ userHome, accountHome }: Pick<ProtectionInput, 'userHome' | 'accountHome'>): readonly AbsPath[] =>
  [...new Set([userHome, accountHome ?? userHome])].filter((one) => one !== '/');

/** What programs of the user run or obey when they start. */
export const startupIn = (homes: readonly AbsPath[]): readonly AbsPath[] => homes.flatMap((home) => STARTUP.map((name) => join(home, name) as AbsPath));

/** Where programs of the user keep what lets them in. */
export const credentialsIn = (homes: readonly AbsPath[]): readonly AbsPath[] => homes.flatMap((home) => CREDENTIALS.map((name) => join(home, name) as AbsPath));

const OF_OXIOS = 'it belongs to Oxios';
const OF_THE_RUN = 'it is the specification or a record of the run';

/** Whether a refusal was of what no work can need: the specification, the records of the run, Oxios' own files. */
export const isOutOfBounds = (reason: string): boolean => reason.endsWith(OF_OXIOS) || reason.endsWith(OF_THE_RUN);

/** As a file system that ignores case, composition, trailing dots and characters without width would see it. */
const folded = (path: string): string => (PLAIN.test(path) ? path : foldedWhole(path));

/** Small letters and digits, and no name with a dot at its end. */
const PLAIN = /^(?:\/[a-z0-9_.-]*[a-z0-9_-])+$/u;

const foldedWhole = (path: string): string =>
  path
    .normalize('NFKC')
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .toLowerCase()
    .split('/')
    .map((name) => name.replace(/[. ]+$/u, '') || name)
    .join('/');

/** All of it, as commands see it: hooks and settings name programs, a `.git` file leads to others, refs and objects are history. */
const GIT_OWN = /\/\.git(?:\/|$)/u;
const OXIOS_OWN = /\/\.oxios(?:\/|$)/u;
/** Also on macOS, where `/etc` is a link. */
const SYSTEM =
  /^(?:\/private)?\/(?:etc\/(?:cron|anacron|profile|bash|zsh|fish|environment|ld\.so|sudoers|pam|systemd|init|rc|ssh|gitconfig|xdg\/autostart)|var\/spool\/cron|var\/at)/u;
const ENVIRONMENT = /^\.env(?:rc$|[^a-z]|$)|\.env$/u;
const EXAMPLE = /\.(?:example|sample|template|dist|defaults|schema|d\.ts)$|^(?:example|sample|template)\.env$/u;
/** What other processes were started with and keep in memory, passwords of the system, what was typed in shells. */
const OF_OTHERS =
  /^\/proc\/(?:[^/]+\/(?:task\/[^/]+\/)?(?:environ|mem|maps|pagemap|auxv|cmdline|fd|fdinfo|root|cwd|exe)|kcore|kmem|keys|key-users|sysrq-trigger)(?:\/|$)|^\/dev\/(?:k?mem|port|(?:sd|nvme|vd|hd|xvd|dm-|loop|raw)\w*|disk|mapper)(?:\/|$)|^(?:\/private)?\/etc\/(?:g?shadow-?|sudoers(?:\.d)?|master\.passwd|krb5\.keytab|ssh\/ssh_host_[^/]*_key|ssl\/private|security\/opasswd)(?:\/|$)|\/\.(?:(?:bash|zsh|python|node_repl|psql|mysql|sqlite|irb)_history|rediscli_history|lesshst|viminfo)$/u;
const KEY_FILE =
  /^(?:(?:id|[\w.-]*_)_?(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?|.*\.(?:pem|p12|pfx|key|ppk|keystore|jks|kdbx)|[._]netrc|\.pgpass|\.my\.cnf|\.npmrc|\.pypirc|\.git-credentials|credentials(?:\.(?:json|toml|tfrc\.json))?|service-account[\w-]*\.json|\.htpasswd|\.dockercfg|\.terraformrc|\.vault-token|\.s3cfg|\.boto)$/u;
const CREDENTIALS = `
  .ssh .gnupg .aws .azure .kube .docker .oci .password-store .claude .claude.json .codex .gemini .mozilla .thunderbird .1password
  .config/gcloud .config/gh .config/glab-cli .config/hub .config/op .config/doctl .config/heroku .config/rclone .config/sops .config/containers
  .config/google-chrome .config/chromium .config/anthropic .config/github-copilot .config/composer/auth.json .composer/auth.json .local/share/keyrings
  .terraform.d/credentials.tfrc.json .cargo/credentials.toml .cargo/credentials .gem/credentials .m2/settings.xml .gradle/gradle.properties
  .bash_history .zsh_history .python_history .node_repl_history .psql_history .mysql_history .local/share/fish/fish_history
  library/keychains library/cookies
`
  .trim()
  .split(/\s+/u);
const STARTUP = `
  .bashrc .bash_profile .bash_login .bash_logout .bash_aliases .bash_completion .profile .zshrc .zshenv .zprofile .zlogin .zlogout .kshrc .mkshrc
  .cshrc .tcshrc .login .logout .xprofile .xinitrc .xsession .xsessionrc .pam_environment .inputrc .config/fish .config/zsh .config/nushell
  .config/powershell .config/direnv .direnvrc .config/environment.d .config/autostart .config/systemd .config/plasma-workspace .local/share/applications
  .local/share/systemd library/launchagents .gitconfig .config/git .ssh .gnupg .docker .npmrc .yarnrc .yarnrc.yml .netrc .pypirc .config/pip .pip
  .cargo/config .cargo/config.toml .gemrc .condarc .curlrc .wgetrc .vimrc .vim .config/nvim .emacs .emacs.d .config/emacs .tmux.conf .config/tmux .screenrc .gdbinit
  .lldbinit .pythonrc .pythonstartup .irbrc .rprofile .node_repl_history .mailcap .selected_editor
`
  .trim()
  .split(/\s+/u);
