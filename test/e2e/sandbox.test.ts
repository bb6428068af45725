import { execFileSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { totalmem } from 'node:os';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findSandbox } from '../../src/drivers/exec/sandbox.ts';
import { act, desk, script, task } from '../helpers/agent.ts';
import { pathWithoutSandbox } from '../helpers/bare-path.ts';
import { linesOf, oxios, type Place } from '../helpers/oxios.ts';
import { shell } from '../helpers/shell.ts';

const hasBwrap = findSandbox().kind === 'bwrap';
const python = (...argv: readonly string[]) => ({ name: 'bash', input: { argv: ['python3', ...argv] } });
const bash = (command: string) => ({ name: 'bash', input: { command } });

let here: Place;
beforeEach(() => {
  here = desk({ 'in.txt': 'inside\n', '.env': 'TOKEN=kept-env\n' });
  execFileSync('git', ['init', '-q', here.workspace]);
  mkdirSync(here.path('outside'));
  writeFileSync(here.path('outside/file'), 'kept-outside');
  mkdirSync(here.path('.ssh'));
  writeFileSync(here.path('.ssh/id_ed25519'), 'kept-key');
});
afterEach(() => here.remove());

/** What a program tries in Python, which must fail; `W` writes to a file. */
const ATTACKS: readonly (readonly [name: string, code: string])[] = [
  ['to write in the system', 'W("/etc/oxios-test")'],
  ['to write in /usr', 'W("/usr/oxios-test")'],
  ["to write Git's configuration", 'W(".git/config")'],
  ["to write Git's hooks", 'W(".git/hooks/pre-commit")'],
  ['to move the repository away', 'os.rename(".git", ".g")'],
  ['to replace the repository', 'shutil.rmtree(".git")'],
  ['to write the configuration of a nested repository', 'W("nested/.git/config")'],
  ['to write through a link', 'os.symlink("/etc/hostname", "sym"); W("sym")'],
  ['to link a file of elsewhere into the workspace', 'os.link("/etc/hostname", "hard")'],
  ['to write through a descriptor opened for reading', 'W("/proc/self/fd/%d" % os.open("/etc/hostname", os.O_RDONLY))'],
  ['to read the key of the user', 'R(HOME + "/.ssh/id_ed25519")'],
  ['to read a file of the home', 'R(HOME + "/outside/file")'],
  ['to read the environment file', 'R(".env")'],
  ['to read the log', 'R(HOME + "/.oxios/oxios.db")'],
  ['to reach the kernel', 'socket.socket(socket.AF_UNIX).connect(HOME + "/.oxios/kernel.sock")'],
  ['to read the environment of Oxios', 'R("/proc/%d/environ" % HOST)'],
  ['to read the memory of Oxios', 'R("/proc/%d/mem" % HOST)'],
  ['to enter the root of Oxios', 'os.listdir("/proc/%d/root" % HOST)'],
  ['to leave by the root of the first process', 'R("/proc/1/root" + HOME + "/outside/file")'],
  ['to signal Oxios', 'os.kill(HOST, 0)'],
  ['to trace Oxios', 'N(101, 16, HOST, 0, 0)'],
  ['to open a TCP connection', 'socket.create_connection(("192.0.2.1", 80), 3)'],
  ['to reach a server of this machine', 'socket.create_connection(("127.0.0.1", PORT), 3)'],
  ['to send a datagram', 'socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("192.0.2.1", PORT))'],
  ['to ask for a name', 'socket.getaddrinfo("example.org", 80)'],
  ['to reach an abstract socket', 'socket.socket(socket.AF_UNIX).connect("\\0" + ABSTRACT)'],
  ['to reach the hypervisor', 'socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM)'],
  ['to read packets', 'socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)'],
  ['to mount', 'C(libc.mount(b"none", b"/mnt", b"tmpfs", 0, 0))'],
  ['to remount what is for reading', 'C(libc.mount(b"none", b"/", b"", 4096 | 32, 0))'],
  ['to take a cover away', 'C(libc.umount2(HOME.encode(), 2))'],
  ['to make a user namespace', 'C(libc.unshare(0x10000000))'],
  ['to read the keys of the session', 'N(250, 0, -3, 0)'],
  ['to load a program into the kernel', 'N(321, 0, 0, 0)'],
  ['to use io_uring', 'N(425, 1, 0)'],
  ['to become another user', 'os.setuid(1)' + '; assert os.path.exists("/nowhere")'],
  ['to gain rights by a program with the bit for it', 'assert "NoNewPrivs:\\t0" in R("/proc/self/status")'],
  ['to type into a terminal', 'fcntl.ioctl(os.open("/dev/ptmx", os.O_RDWR), 0x5412, b"x")'],
  ['to have a terminal', 'os.open("/dev/tty", os.O_RDWR)'],
  ['to see what others keep in shared memory', 'assert os.listdir("/dev/shm")'],
  ['to see the temporary files of others', 'assert [f for f in os.listdir("/var/tmp") if f != "oxios-none"]'],
  ['to write a setting of the kernel', 'W("/proc/sys/kernel/core_pattern")'],
  ['to write in a control group', 'W("/sys/fs/cgroup/cgroup.procs")'],
  ['to be saved when memory runs out', 'open("/proc/self/oom_score_adj", "w").write("-900")'],
];

const PROGRAM = (port: number, abstract: string) => `
import ctypes, fcntl, os, shutil, socket, sys
HOME, HOST, PORT, ABSTRACT = ${JSON.stringify(here.home)}, ${process.pid}, ${port}, ${JSON.stringify(abstract)}
libc = ctypes.CDLL(None, use_errno=True)
def W(path):
    with open(path, "a") as f: f.write("planted")
def R(path):
    with open(path, "rb") as f: return f.read(200).decode("latin1")
def C(result):
    if result < 0: raise OSError(ctypes.get_errno(), "refused")
def N(*args): C(libc.syscall(*args))
R("in.txt"), W("made-by-attack"), W("/tmp/x"), C(libc.getpid()), N(39)
for name, code in ${JSON.stringify(ATTACKS)}:
    try:
        exec(code)
        print("WORKED " + name)
    except BaseException as error:
        print("refused " + name)
`;

const listening = (server: Server, on: object): Promise<number> =>
  new Promise((resolve) => {
    server.listen(on, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
  });

describe.runIf(hasBwrap)('a program in the sandbox is refused', () => {
  test('everything on the list of attacks, and nothing outside was changed or reached', async () => {
    let reached = 0;
    const count = () => {
      reached += 1;
    };
    const server = createServer(count);
    const port = await listening(server, { port: 0, host: '127.0.0.1' });
    const hidden = createServer(count);
    const abstract = `oxios-test-${process.pid}`;
    await listening(hidden, { path: `\0${abstract}` });
    const heard = createSocket('udp4', count);
    mkdirSync(`${here.workspace}/nested/.git`, { recursive: true });
    writeFileSync(`${here.workspace}/nested/.git/HEAD`, 'ref: refs/heads/main\n');
    writeFileSync(`${here.workspace}/attack.py`, PROGRAM(port, abstract));
    const { answers } = await act(here, [python('attack.py')], ['--allow', 'exec:python3']);
    const lines = answers[0]?.text.split('\n') ?? [];
    expect(lines.filter((line) => line.startsWith('WORKED'))).toEqual([]);
    expect(lines.filter((line) => line.startsWith('refused'))).toHaveLength(ATTACKS.length);
    expect(answers[0]?.text).not.toContain('kept-');
    expect(readFileSync(here.path('outside/file'), 'utf8')).toBe('kept-outside');
    expect(existsSync('/etc/oxios-test') || existsSync('/usr/oxios-test')).toBe(false);
    expect(readFileSync(`${here.workspace}/.git/config`, 'utf8')).not.toContain('planted');
    expect(reached).toBe(0);
    for (const one of [server, hidden, heard]) one.close();
  });

  test('what another program left open', async () => {
    const look = 'import os; print([os.readlink("/proc/self/fd/" + n) for n in os.listdir("/proc/self/fd") if os.path.exists("/proc/self/fd/" + n)])';
    script(here, [{ calls: [python('-c', look)] }, { text: 'done' }]);
    const line = `exec 40<${here.path('outside')} 41<${here.path('outside/file')}; $NODE $BIN ${task(here, ['--allow', 'exec:python3'])
      .map((one) => `'${one}'`)
      .join(' ')}`;
    const ran = await shell(line, { home: here.home });
    const answer = linesOf(ran.stdout).find((event) => event.type === 'tool.finished')?.text;
    expect(answer).toContain('/dev/null');
    expect(answer).not.toContain('outside');
  });

  test('more processes, temporary files and time than it is given', async () => {
    const look = 'import os,resource; s=os.statvfs("/tmp"); print(resource.getrlimit(resource.RLIMIT_NPROC)[0], s.f_blocks*s.f_frsize)';
    const seconds = `${30_000 + (process.pid % 10_000)}.25`;
    const bomb = `import os,subprocess,time\nfor n in range(300): subprocess.Popen(["setsid","sleep","${seconds}"])\nprint("all", flush=True)\nwhile True: time.sleep(1)`;
    writeFileSync(`${here.workspace}/bomb.py`, bomb);
    const { answers } = await act(
      here,
      [python('-c', look), { name: 'bash', input: { argv: ['python3', 'bomb.py'], timeout_s: 5 } }],
      ['--allow', 'exec:python3'],
    );
    const [processes = '', bytes = ''] = answers[0]?.text.split(/\s/u) ?? [];
    expect(processes).toBe('4096');
    expect(Number(bytes)).toBeLessThanOrEqual(totalmem() / 4 + 4096);
    expect(answers[1]?.text).toMatch(/^all\n\[ended after \d+\.\d s: timeout\]$/u);
    expect(namedLike(`sleep\0${seconds}`)).toEqual([]);
  });
});

const namedLike = (words: string): readonly string[] =>
  readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/u.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(words);
    } catch {
      return false;
    }
  });

describe.runIf(hasBwrap)('a refusal by the sandbox is a field of the event and a line for the model', () => {
  const rows: readonly (readonly [name: string, code: string, what: string, path: RegExp | undefined, says: RegExp])[] = [
    ['a write outside', 'open("/etc/oxios-test", "w")', 'write', /^\/etc\/oxios-test$/u, /write only/u],
    ['a write to the repository', 'open(".git/index.lock", "w")', 'write', /\.git\/index\.lock$/u, /the user commits/u],
    ['a read of the home', 'open(HOME + "/.ssh/id_ed25519")', 'read', /\.ssh$/u, /is hidden from commands/u],
    ['a read of a secret', 'open(".env")', 'read', /workspace\/\.env$/u, /is hidden from commands/u],
    ['the network', 'import socket; socket.create_connection(("192.0.2.1", 80))', 'network', undefined, /no network unless every host is granted/u],
  ];
  test('of each kind', async () => {
    const uses = rows.map(([, code]) => python('-c', `HOME = ${JSON.stringify(here.home)}; ${code}`));
    const { answers, stdout } = await act(here, uses, ['--allow', 'exec:python3']);
    rows.forEach(([, , what, path, says], at) => {
      const { sandbox } = answers[at]?.event ?? {};
      expect(sandbox).toMatchObject({ what, text: expect.stringMatching(says) });
      if (path) expect(sandbox.path).toMatch(path);
      expect(answers[at]?.text).toMatch(new RegExp(`\\n\\[sandbox: .*${says.source}`, 'u'));
    });
    expect(stdout).not.toMatch(/kept-/u);
    // They are answers to the model, no denials by the gate.
    expect(linesOf(stdout).at(-1)).toMatchObject({ denials: [], exit_code: 0 });
  });
});

describe('where there is no sandbox', () => {
  test('the first event, the first line for a person and doctor say so and how to get one', async () => {
    script(here, [{ text: 'done' }]);
    const env = { PATH: pathWithoutSandbox(here.path('bin')) };
    const ran = await oxios(task(here), { home: here.home, env });
    expect(linesOf(ran.stdout).find((event) => event.type === 'run.started')?.sandbox).toEqual({
      kind: 'none',
      detail: expect.stringContaining('bubblewrap is not installed'),
      hint: expect.stringContaining('install bubblewrap'),
    });
    const plain = await oxios(
      task(here).filter((one) => one !== '--json'),
      { home: here.home, env },
    );
    expect(plain.stderr.split('\n')[0]).toContain('no sandbox: bubblewrap is not installed, commands run with the rights of this user');
    const required = await oxios(task(here, ['--require-sandbox']), { home: here.home, env });
    expect(required).toMatchObject({
      code: 5,
      stderr: expect.stringMatching(/^SANDBOX_MISSING: .*\n {2}hint: install bubblewrap .*leave out --require-sandbox\n$/u),
    });
  });

  test.runIf(hasBwrap)('because it does not work, the reason and the next step are said', async () => {
    const line = `bwrap --dev-bind / / --unshare-user --disable-userns $NODE $BIN doctor`;
    const ran = await shell(line, { home: here.home });
    expect(ran.stdout).toMatch(/^note sandbox: no sandbox: bubblewrap does not work here \(bwrap: /mu);
  });
});

describe.runIf(hasBwrap)('what a developer has in the home', () => {
  test('runs where the PATH leads to it, and nothing beside it is seen', async () => {
    for (const name of ['tools/node-x/bin', 'tools/node-x/lib', '.nvm/versions', '.cargo/registry']) mkdirSync(here.path(name), { recursive: true });
    writeFileSync(here.path('tools/node-x/lib/main.sh'), 'echo from-lib\n');
    writeFileSync(here.path('tools/node-x/bin/tool'), '#!/bin/sh\n. "$(dirname "$0")/../lib/main.sh"\n', { mode: 0o755 });
    writeFileSync(here.path('.nvm/versions/x'), 'nvm\n');
    writeFileSync(here.path('.cargo/credentials.toml'), 'kept-token');
    const env = { PATH: `${here.path('tools/node-x/bin')}:${process.env.PATH}` };
    const look = `import os; print(sorted(os.listdir(${JSON.stringify(here.home)})), os.listdir(${JSON.stringify(here.path('.cargo'))}))`;
    const { answers } = await act(here, [bash('tool'), python('-c', look)], ['--allow', 'exec:tool', '--allow', 'exec:python3'], { env });
    expect(answers[0]?.text).toBe('from-lib\n[exit 0]');
    expect(answers[1]?.text).toMatch(/^\['\.cargo', '\.nvm', 'tools', 'workspace'\] \['registry'\]\n/u);
  });

  test('is refused and hidden by explicit rules, also for commands', async () => {
    mkdirSync(`${here.workspace}/private`);
    writeFileSync(`${here.workspace}/private/a`, 'kept-private');
    const rules = ['--allow', 'exec:python3', '--deny', `fs:read:${here.workspace}/private`, '--deny', `fs:write:${here.workspace}/in.txt`];
    const { answers } = await act(here, [python('-c', 'print(open("private/a").read())'), python('-c', 'open("in.txt","w")')], rules);
    expect(answers.map((one) => one.ok)).toEqual([false, false]);
    expect(answers[0]?.text).not.toContain('kept-private');
    expect(readFileSync(`${here.workspace}/in.txt`, 'utf8')).toBe('inside\n');
  });

  test('keeps its keys and its startup files where it is itself the workspace', async () => {
    mkdirSync(here.path('docs'));
    writeFileSync(here.path('.bashrc'), 'mine\n');
    const files = ['.bashrc', '.zshenv', '.ssh/authorized_keys', '.oxios/policy.yaml', 'docs/new'];
    const write = `for f in ${JSON.stringify(files)}:\n  try: open(f, "a").write("planted"); print("wrote " + f)\n  except OSError: print("refused " + f)`;
    script(here, [{ calls: [python('-c', `${write}\nprint(open(".ssh/id_ed25519").read())`)] }, { text: 'done' }]);
    const ran = await oxios(
      task(here, ['--allow', 'exec:python3']).map((one) => (one === here.workspace ? here.home : one)),
      { home: here.home },
    );
    const said = linesOf(ran.stdout).find((event) => event.type === 'tool.finished')?.text;
    expect(said?.split('\n').filter((line: string) => /^(?:wrote|refused) /u.test(line))).toEqual([
      ...files.slice(0, 4).map((file) => `refused ${file}`),
      'wrote docs/new',
    ]);
    expect(said).not.toContain('kept-key');
    expect(readdirSync(here.home)).not.toContain('.zshenv');
    expect(readFileSync(here.path('.bashrc'), 'utf8')).toBe('mine\n');
  });
});
