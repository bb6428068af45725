import type { Program } from './types.ts';

const plain = (options: string, more: Partial<Program> = {}): Program => ({ does: 'reads', operands: 'text', options, ...more });
const free: Program = { does: 'reads', operands: 'text' };
const HELP = '--help --version';

/** What tells of the machine, and of what runs on it. */
export const MACHINE: Readonly<Record<string, Program>> = {
  uname: plain(
    `-a -s -n -r -v -m -p -i -o --all --kernel-name --nodename --kernel-release --kernel-version --machine --processor --hardware-platform --operating-system ${HELP}`,
  ),
  arch: plain(HELP),
  sw_vers: plain('-productName -productVersion -buildVersion', { style: 'single' }),
  lsb_release: plain('-a -d -i -r -c -s'),
  getconf: free,
  tput: plain('-T:'),
  tty: plain('-s'),
  locale: plain('-a -m -c -k'),
  nproc: plain(`--all --ignore= ${HELP}`),
  id: plain(`-a -g -G -n -r -u -z -Z --group --groups --name --real --user --zero ${HELP}`),
  whoami: plain(HELP),
  groups: plain(HELP),
  logname: plain(HELP),
  who: plain('-a -b -d -H -l -m -p -q -r -s -t -T -u'),
  users: plain(HELP),
  hostname: plain('-a -A -d -f -i -I -s -y -b^ -F:<^ --alias --all-fqdns --domain --fqdn --ip-address --all-ip-addresses --short --file=<^ --boot^'),
  ps: plain(
    '-# -a -A -c -C: -d -e -f -F -g: -G: -H -j -l -L -m -M -N -o: -O: -p: -q: -s: -t: -T -u: -U: -v -w -x -y -Z --cols= --columns= --cumulative --deselect --forest --format= --group= --headers --lines= --no-headers --pid= --ppid= --quick-pid= --rows= --sid= --sort= --tty= --user= --width=',
  ),
  pgrep: plain('-a -c -d: -f -g: -G: -i -l -n -o -P: -s: -t: -u: -U: -v -w -x'),
  pidof: plain('-s -x -c -o: -q'),
  free: plain('-b -k -m -g -h -l -t -v -w -s: -c: --bytes --kibi --mebi --gibi --human --lohi --total --wide --si --seconds= --count='),
  uptime: plain('-p -s -h -V --pretty --since'),
  vmstat: free,
  lscpu: plain('-a -b -c -e? -J -p? -x -y --all --json'),
  lsblk: plain('-a -b -d -f -i -J -l -m -n -o: -p -P -r -S -t -x: --json'),
  lsof: plain('-a -b -c: -d: -i? -l -n -N -o -p: -P -R -s? -t -u: -U -V -w'),
  ss: plain('-a -h -l -n -m -o -p -r -s -t -u -w -x -4 -6 -e -i -O -0 -H -N:^ -K^ -D:^'),
  netstat: plain('-a -c -e -g -i -l -n -o -p -r -s -t -u -v -w -x -4 -6 -W'),
};
