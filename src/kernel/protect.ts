import { basename, join } from 'node:path';
import { isUnder } from './capability.ts';
import type { Protection } from './decide.ts';
import type { AbsPath } from './ids.ts';

export interface ProtectionInput {
  readonly home: AbsPath;
  readonly userHome: AbsPath;
  /** The seed and the records of runs under way. */
  hidden(path: AbsPath): boolean;
}

/**
 * Paths with rules of their own, whatever is granted. Never writable: Oxios' home, Git's hooks and configuration, shell
 * startup files, seeds in use. Not readable without a grant that names them: environment files, keys, credentials.
 */
export function createProtection({ home, userHome, hidden }: ProtectionInput): Protection {
  const own = folded(home);
  // Joined once: every command asks this of every name in its folder.
  const below = (names: readonly string[]) => names.map((name) => join(folded(userHome), name));
  const [startup, credentials] = [below(STARTUP), below(CREDENTIALS)];
  return {
    writable(path) {
      const plain = folded(path);
      if (isUnder(plain, own)) return OF_OXIOS;
      if (hidden(path)) return OF_THE_RUN;
      if (GIT_OWN.test(plain)) return 'it belongs to Git, which runs what stands there';
      if (OXIOS_OWN.test(plain)) return 'it decides what agents may do';
      return startup.some((one) => isUnder(plain, one)) ? 'shells run it when they start' : undefined;
    },
    readable(path) {
      const plain = folded(path);
      if (isUnder(plain, own)) return OF_OXIOS;
      if (hidden(path)) return OF_THE_RUN;
      const name = basename(plain);
      if (ENVIRONMENT.test(name) && !EXAMPLE.test(name)) return 'environment files hold secrets';
      if (KEY_FILE.test(name) || credentials.some((folder) => isUnder(plain, folder))) return 'it holds keys or credentials';
      return undefined;
    },
  };
}

const OF_OXIOS = 'it belongs to Oxios';
const OF_THE_RUN = 'it is the specification or a record of the run';

/** Whether a refusal was of what no work can need: the specification, the records of the run, Oxios' own files. */
export const isOutOfBounds = (reason: string): boolean => reason.endsWith(OF_OXIOS) || reason.endsWith(OF_THE_RUN);

/** As a file system that ignores case, composition, trailing dots and characters without width would see it. */
const folded = (path: string): string =>
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
const ENVIRONMENT = /^\.env(?:rc$|[^a-z]|$)/u;
const EXAMPLE = /\.(?:example|sample|template|dist)$/u;
const KEY_FILE =
  /^(?:id_(?:rsa|dsa|ecdsa|ed25519)|.*\.(?:pem|p12|pfx|key|keystore|jks|kdbx)|\.netrc|\.pgpass|\.npmrc|\.pypirc|\.git-credentials|credentials|\.htpasswd)$/u;
const CREDENTIALS = [
  '.ssh',
  '.gnupg',
  '.aws',
  '.azure',
  '.config/gcloud',
  '.config/gh',
  '.kube',
  '.docker',
  '.config/op',
  '.local/share/keyrings',
  'library/keychains',
];
const STARTUP = [
  '.bashrc',
  '.bash_profile',
  '.bash_login',
  '.bash_logout',
  '.bash_aliases',
  '.profile',
  '.zshrc',
  '.zshenv',
  '.zprofile',
  '.zlogin',
  '.zlogout',
  '.kshrc',
  '.cshrc',
  '.tcshrc',
  '.login',
  '.xprofile',
  '.xinitrc',
  '.xsessionrc',
  '.pam_environment',
  '.config/fish',
  '.inputrc',
  '.gitconfig',
  '.config/git',
  '.ssh',
  '.config/autostart',
  '.config/systemd',
];
