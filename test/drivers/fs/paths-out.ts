/** A workspace, and the folder beside it. */
interface Places {
  readonly ws: string;
  readonly outside: string;
}

/** Paths that lead out of the workspace, however they are written. */
export const OUT: readonly (readonly [why: string, path: (here: Places) => string])[] = [
  ['absolute', ({ outside }) => `${outside}/secret.txt`],
  ['absolute folder', ({ outside }) => outside],
  ['a sibling whose name begins alike', ({ ws }) => `${ws}-evil/secret.txt`],
  ['the folder above', () => '..'],
  ['..', () => '../w-evil/secret.txt'],
  ['.. in the middle', () => 'sub/../../w-evil/secret.txt'],
  ['more .. than folders', () => `${'../'.repeat(50)}etc/passwd`],
  ['doubled slashes', () => './/..//w-evil///secret.txt'],
  ['.. at the end', () => 'sub/deep/../../..'],
  ['a link to a file', () => 'to-secret'],
  ['a link to a folder', () => 'to-outside'],
  ['through a link to a folder', () => 'to-outside/secret.txt'],
  ['through a relative link', () => 'to-outside-relative/sub/secret.txt'],
  ['through a link to a link', () => 'to-to-outside/secret.txt'],
  ['through a link and back', () => 'to-outside/sub/../secret.txt'],
  ['.. behind a link', () => 'to-outside/../pipe'],
  ['a relative link in a folder', () => 'sub/up'],
  ['a link through links inside', () => 'self/self/to-sub/up'],
  ['a dangling link', () => 'dangling-out'],
  ['below a dangling link', () => 'dangling-out/x'],
  ['a trailing slash', () => 'to-outside/'],
  ['a trailing dot', () => 'to-outside/.'],
  ['/proc/self by a link', () => 'to-environ'],
  ['descriptors by a link', () => 'to-fds/0'],
  ['the root by a link', () => 'to-root/etc/passwd'],
  ['/proc/self/environ', () => '/proc/self/environ'],
  ['/proc/self/root', () => '/proc/self/root/etc/passwd'],
  ['/proc/self/cwd', () => '/proc/self/cwd'],
  ['a device by a link', () => 'to-zero'],
  ['/dev/tty', () => '/dev/tty'],
  ['the root', () => '/'],
];
