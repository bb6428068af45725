// After an installation has ended well: says which lock it was made from, so that ./oxios does not install again.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

// Without a POSIX shell there is no ./oxios to tell; without node_modules nothing was installed.
if (process.platform !== 'win32' && existsSync('node_modules')) {
  execFileSync('sh', ['-c', 'cksum <package-lock.json >node_modules/.oxios-installed'], { stdio: 'inherit' });
}
