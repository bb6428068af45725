import { ask, deny, has, type Seen, valuesOf } from './seen.ts';

/** The script is the first word: it is read. */
const script = (seen: Seen): void => {
  if (TELLS_ITSELF.some((name) => has(seen, name))) return;
  const [path] = seen.leaf.operands;
  if (path !== undefined && path !== '-') seen.files.push({ path, right: 'read' });
};

/** With these there is no script, or only its name. */
const TELLS_ITSELF = ['-c', '-m', '-e', '--eval', '-p', '--print', '-E', '-r', '--run', '--test'];

/** Programs that run code, or work on others that run. */
export const RUNNING_PROGRAMS: Readonly<Record<string, (seen: Seen) => void>> = {
  node: script,
  python3(seen) {
    python(seen);
  },
  python(seen) {
    python(seen);
  },
  python2: script,
  ruby: script,
  perl: script,
  php: script,
  lua: script,
  bash: script,
  sh: script,
  dash: script,
  zsh: script,
  ksh: script,
  npx(seen) {
    npx(seen);
  },
  man(seen) {
    if (seen.hazards.length === 0) seen.reads = false;
  },
  kill(seen) {
    // A number after the signal is a process; -1 is all of them, 1 the first of the system.
    const words = seen.one.args.filter((arg) => arg !== '--');
    const [first = '', ...rest] = words;
    const targets = /^-(?:\d+|[A-Z]+|[sn])$/iu.test(first) && rest.length > 0 ? rest.slice(/^-[sn]$/u.test(first) ? 1 : 0) : words;
    if (targets.some((word) => word === '-1' || word === '1' || word === '0')) deny(seen, 'would end everything that runs');
  },
  pkill: (seen) => void (seen.leaf.operands.length === 0 && deny(seen, 'would end everything that runs')),
  systemctl(seen) {
    if (seen.leaf.operands.some((word) => /^(?:poweroff|reboot|halt|kexec|suspend|hibernate|emergency|rescue|isolate|default)$/u.test(word ?? '')))
      deny(seen, 'stops the machine');
  },
  docker,
  podman: docker,
  nerdctl: docker,
  go(seen) {
    if (seen.names[1] === 'env' && seen.leaf.options.some((one) => one.name === '-w' || one.name === '-u')) ask(seen, 'changes settings of the user', 'go:env');
  },
};

function python(seen: Seen): void {
  script(seen);
  const [module] = valuesOf(seen, '-m');
  if (module === 'pip' && seen.leaf.operands.some((word) => /^--(?:user|prefix|root|target|break-system)/u.test(word ?? '')))
    ask(seen, 'installs outside the project');
  if (module === 'http.server' || module === 'pdb') ask(seen, `-m ${module} opens the machine to others`, 'python3:http.server');
}

function npx(seen: Seen): void {
  const [name] = seen.leaf.operands;
  if (name !== undefined && /^(?:https?:|git|github:|file:|\/|~)/u.test(name)) ask(seen, `fetches and runs ${name}`);
}

const CONTAINER_ROOT =
  /^(?:\/|\/(?:etc|root|home|usr|bin|sbin|lib\w*|boot|dev|proc|sys|var|run)(?:\/.*)?|~\/?|~\/\.(?:ssh|aws|kube|docker|gnupg|config)(?:\/.*)?|.*docker\.sock)$/u;

/** A container that holds the machine is no container. */
function docker(seen: Seen): void {
  const { args } = seen.one;
  for (const [at, arg] of args.entries()) {
    const value = arg?.includes('=') ? arg.slice(arg.indexOf('=') + 1) : (args[at + 1] ?? '');
    if (arg !== undefined) container(seen, arg, value);
  }
  const [, group = ''] = seen.names;
  if (group === 'compose' && args.includes('down') && args.some((arg) => arg === '-v' || arg === '--volumes' || arg === '--rmi'))
    ask(seen, 'down -v deletes data', 'docker:compose:-v');
  if (SHARED.has(group) && args.some((arg) => arg === 'rm' || arg === 'prune')) ask(seen, 'deletes what is shared', `docker:${group}:rm`);
}

const SHARED = new Set(['volume', 'image', 'network', 'container']);
const GIVES_RIGHTS = /^--(?:privileged(?:=true)?$|(?:cap-add|device|security-opt|device-cgroup-rule|group-add)(?:=|$))/u;

function container(seen: Seen, arg: string, value: string): void {
  const source = mountedFrom(arg, value);
  if (source !== undefined && CONTAINER_ROOT.test(source)) deny(seen, `${arg} gives the container ${source} of the machine`);
  else if (source !== undefined && /^[./~]/u.test(source)) seen.files.push({ path: source, right: 'read' });
  if (GIVES_RIGHTS.test(arg)) deny(seen, `${arg} gives the container rights over the machine`);
  if (/^--(?:pid|ipc|uts|userns|cgroupns|net|network)(?:=|$)/u.test(arg) && /^host$|^container:/u.test(value))
    deny(seen, `${arg} gives the container the machine`);
}

function mountedFrom(arg: string, value: string): string | undefined {
  if (/^(?:-v|--volume)(?:=|$)/u.test(arg)) return value.split(':')[0];
  if (/^-v./u.test(arg)) return arg.slice(2).split(':')[0];
  if (/^--mount(?:=|$)/u.test(arg)) return /(?:^|,)(?:src|source)=([^,]*)/u.exec(arg.includes('=') ? arg.slice(8) : value)?.[1];
  return undefined;
}
