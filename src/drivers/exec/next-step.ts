import { existsSync, readFileSync } from 'node:fs';

/** Settings of the kernel that stop bubblewrap, and what to do about each. */
const SETTINGS: readonly (readonly [file: string, stops: string, hint: string])[] = [
  [
    '/proc/sys/kernel/apparmor_restrict_unprivileged_userns',
    '1',
    'AppArmor keeps user namespaces from programs without a profile (Ubuntu 23.10 and later): install one with apt-get install apparmor-profiles, then ln -s /usr/share/apparmor/extra-profiles/bwrap-userns-restrict /etc/apparmor.d/ and systemctl reload apparmor, or set sysctl kernel.apparmor_restrict_unprivileged_userns=0',
  ],
  ['/proc/sys/kernel/unprivileged_userns_clone', '0', 'user namespaces are switched off: sysctl kernel.unprivileged_userns_clone=1'],
  ['/proc/sys/user/max_user_namespaces', '0', 'user namespaces are switched off: sysctl user.max_user_namespaces=15000'],
];

const CONTAINERS = ['/.dockerenv', '/run/.containerenv'];

/** What makes a bubblewrap work that is there and does not. `root` is where the machine's files are looked for. */
export function nextStep(problem: string, root = ''): string {
  if (/execute|execvp|started/u.test(problem)) return 'install bubblewrap again';
  const setting = SETTINGS.find(([file, stops]) => textOf(root + file) === stops);
  if (setting) return setting[2];
  if (CONTAINERS.some((file) => existsSync(root + file)))
    return 'this is a container without the right to make namespaces: start it with --security-opt seccomp=unconfined --security-opt apparmor=unconfined --security-opt systempaths=unconfined, or rely on the container itself';
  return 'see what bwrap --unshare-all --ro-bind / / true says';
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'latin1').trim();
  } catch {
    // This kernel has no such setting.
    return '';
  }
}
