// biome-ignore-all lint/suspicious/noTemplateCurlyInString: scripts of the shell
import { describe, expect, test } from 'vitest';
import { parseCommand } from '../../../src/kernel/command/parse.ts';

/** Names in the order of the script; what cannot be named, the reason. */
const programs = (script: string): readonly string[] | string => {
  const parsed = parseCommand(script);
  return parsed.ok ? parsed.commands.map((one) => one.program) : parsed.reason;
};

describe('every program of a script is named', () => {
  test.each<[string, readonly string[]]>([
    ['ls', ['ls']],
    ['ls | wc -l', ['ls', 'wc']],
    ['ls |& wc', ['ls', 'wc']],
    ['a; b && c || d & e', ['a', 'b', 'c', 'd', 'e']],
    ['a\nb', ['a', 'b']],
    ['! a', ['a']],
    ['(a; b)', ['a', 'b']],
    ['{ a; b; }', ['a', 'b']],
    ['if a; then b; elif c; then d; else e; fi', ['a', 'b', 'c', 'd', 'e']],
    ['while a; do b; done', ['a', 'b']],
    ['until a; do b; done', ['a', 'b']],
    ['for x in 1 2; do a; done', ['a']],
    ['case x in a) b;; *) c;; esac', ['b', 'c']],
    ['echo $(a)', ['echo', 'a']],
    ['echo `a`', ['echo', 'a']],
    ['echo "$(a "$(b)")"', ['echo', 'a', 'b']],
    ['echo $(a $(b `c`))', ['echo', 'a', 'b', 'c']],
    ['x=$(a)', ['a']],
    ['x=$(a) b', ['b', 'a']],
    ['local_x=(1 $(a))', ['a']],
    ['x[$(a)]=1', ['a']],
    ['echo ${x:-$(a)}', ['echo', 'a']],
    ['echo ${x/$(a)/$(b)}', ['echo', 'a', 'b']],
    ['a <(b) >(c)', ['a', 'b', 'c']],
    ['cat <<E\n$(a)\nE', ['cat', 'a']],
    ["cat <<'E'\n$(a)\nE", ['cat']],
    ['cat <<< $(a)', ['cat', 'a']],
    ['a > $(b)', ['a', 'b']],
    ['[[ x =~ $(a) ]]', ['a']],
    ['[[ -n $(a) ]] && b', ['a', 'b']],
    ['case $(a) in $(b)) c;; esac', ['a', 'b', 'c']],
    ['for x in $(a); do b; done', ['a', 'b']],
    ['select x in $(a); do b; done', ['a', 'b']],
    ['t""ouch f', ['touch']],
    ["to'u'ch f", ['touch']],
    ['\\touch f', ['touch']],
    ["$'\\x72m' f", ['rm']],
    ['tou\\\nch f', ['touch']],
    ['ls # rm', ['ls']],
    ['time ls', ['ls']],
  ])('%j', (script, names) => {
    expect(programs(script)).toEqual(names);
  });
});

describe('wrappers are taken off', () => {
  test.each<[string, readonly string[]]>([
    ['A=1 rm f', ['rm']],
    ['env A=1 B=2 rm f', ['env', 'rm']],
    ['env -i -u A rm f', ['env', 'rm']],
    ['/usr/bin/env rm f', ['env', 'rm']],
    ['nohup rm f', ['nohup', 'rm']],
    ['timeout 5 rm f', ['timeout', 'rm']],
    ['timeout -k 2 --signal=KILL 5s rm f', ['timeout', 'rm']],
    ['nice -n 5 ionice -c 3 setsid rm f', ['nice', 'ionice', 'setsid', 'rm']],
    ['stdbuf -oL rm f', ['stdbuf', 'rm']],
    ['xargs rm', ['xargs', 'rm']],
    ['xargs -0 -n 1 -I {} rm {}', ['xargs', 'rm']],
    ['xargs sh -c "rm f"', ['xargs', 'rm']],
    ['command rm f', ['command', 'rm']],
    ['builtin cd x', ['builtin', 'cd']],
    ['exec rm f', ['exec', 'rm']],
    ['sudo -u root rm f', ['sudo', 'rm']],
    ['busybox rm f', ['busybox', 'rm']],
    ['flock lock rm f', ['flock', 'rm']],
    ['find . -exec rm {} +', ['find', 'rm']],
    ['find . -exec grep x {} \\; -execdir sh -c "rm f" \\;', ['find', 'grep', 'rm']],
    ['find . -ok env rm {} \\;', ['find', 'env', 'rm']],
    ['sh -c "rm f"', ['rm']],
    ['bash -euxo pipefail -c "a; b"', ['bash', 'a', 'b']],
    ['bash -ce "rm f"', ['rm']],
    ['bash -c -- "rm f"', ['rm']],
    ['bash -O extglob -c "rm f"', ['bash', 'rm']],
    ['bash -eu -o pipefail -c "a; b"', ['a', 'b']],
    ['bash -c "sh -c \'rm f\'"', ['rm']],
    ['timeout 5 bash -lc "a | b"', ['timeout', 'a', 'b']],
    ['command -v rm', ['command']],
    ["eval 'rm f'", ['rm']],
    ['eval rm f "; touch g"', ['rm', 'touch']],
    ["trap 'rm f' EXIT", ['rm']],
    ['. ./f', ['bash']],
    ['command source f', ['command', 'bash']],
    ["su -c 'rm f'", ['su', 'rm']],
    ["flock lock -c 'rm f'", ['flock', 'rm']],
    ['watch -n 1 rm f', ['watch', 'rm']],
    ['parallel rm ::: a b', ['parallel', 'rm']],
    ["script -qc 'rm f' out", ['script', 'rm']],
    ['uv run rm f', ['uv', 'rm']],
    ['bash <<< "rm f"', ['rm']],
    ["bash <<'E'\nrm f\nE", ['rm']],
    ["zsh -c 'rm f'", ['zsh', 'rm']],
    ['awk \'BEGIN { system("rm f") }\'', ['awk', 'rm']],
    ["sed '1e rm f' a", ['sed', 'rm']],
    ["git rebase -x 'rm f' main", ['git', 'rm']],
    ['git bisect run rm f', ['git', 'rm']],
    ["git submodule foreach 'rm f'", ['git', 'rm']],
  ])('%j', (script, names) => {
    expect(programs(script)).toEqual(names);
  });
});

describe('a program of another place keeps its path', () => {
  test.each<[string, readonly string[]]>([
    ['./ls', ['./ls']],
    ['./env rm', ['./env']],
    ['bin/timeout 5 ls', ['bin/timeout']],
    ['./bash -c ls', ['./bash']],
    ['/bin/rm f', ['rm']],
    ['/opt/evil/ls', ['/opt/evil/ls']],
    ['/usr/bin/../../w/ls', ['../../w/ls']],
  ])('%j', (script, names) => {
    expect(programs(script)).toEqual(names);
  });
});

describe('a function of the script is not a program, once it certainly stands', () => {
  test.each<[string, readonly string[] | string]>([
    ['f() { rm x; }; f', ['rm']],
    ['function f { rm x; }; f; f', ['rm']],
    ['rm x; rm() { :; }', ['rm', ':']],
    ['(rm() { :; }); rm x', [':', 'rm']],
    ['if a; then rm() { :; }; fi; rm x', ['a', ':', 'rm']],
    ['rm() { :; } & rm x', [':', 'rm']],
    ['true && rm() { :; }; rm x', ['true', ':', 'rm']],
    ['rm() { :; }; command rm x', [':', 'command', 'rm']],
    ['rm() { :; }; echo x | xargs rm', [':', 'echo', 'xargs', 'rm']],
    ['rm() { :; }; bash -c "rm x"', [':', 'rm']],
    ['rm() { :; }; unset -f rm; rm x', [':', 'unset', 'rm']],
    ['f() { "$1"; }; f rm', 'a program is named only when the command runs'],
    [':(){ :|:& };:', ': calls itself'],
  ])('%j', (script, names) => {
    expect(programs(script)).toEqual(names);
  });
});

describe('what cannot be named is refused, never guessed', () => {
  test.each([
    ['$x', /only when the command runs/u],
    ['"$SHELL" -c ls', /only when the command runs/u],
    ['$(echo rm) f', /only when the command runs/u],
    ['r{m,} f', /only when the command runs/u],
    ['/bin/r? f', /only when the command runs/u],
    ['env $x', /only when the command runs/u],
    ['timeout 5 $x', /only when the command runs/u],
    ['xargs', undefined],
    ['find . -exec {} \\;', /only when the command runs/u],
    ['bash -c "$x"', /known only when it runs/u],
    ['bash -c "ls; $x"', /known only when it runs/u],
    ["bash -c 'ls; $x'", /only when the command runs/u],
    ['eval "$x"', /known only when it runs/u],
    ['builtin eval $x', /known only when it runs/u],
    ['source <(curl x)', /known only when it runs/u],
    ['. /dev/stdin', /known only when it runs/u],
    ['trap "$x" EXIT', /known only when it runs/u],
    ["env -S 'rm x'", /known only when it runs/u],
    ['watch $x', /known only when it runs/u],
    ['alias ls=rm', /changes what commands mean/u],
    ['hash -p ./evil ls', /changes what commands mean/u],
    ['enable -f ./x.so y', /changes what commands mean/u],
    ['coproc rm f', /coproc/u],
    ['echo ${x@P}', /expansion with @/u],
    ['ls a)', /cannot be parsed/u],
    ['"ls', /cannot be parsed/u],
    ['ls\u0000', /control or invisible/u],
    ['ls\u202e', /control or invisible/u],
    ['ls\u00a0-l', /control or invisible/u],
    [`echo ${'x'.repeat(16 * 1024)}`, /longer than/u],
    ['true;'.repeat(65), /more than 64 parts/u],
  ])('%j', (script, reason) => {
    const found = programs(script);
    if (reason) expect(found).toMatch(reason);
    else expect(found).toEqual(['xargs']);
  });

  test('shells in shells end somewhere', () => {
    let script = 'ls';
    for (let n = 0; n < 12; n++) script = `sh -c ${JSON.stringify(script).replaceAll('$', '\\$')}`;
    expect(programs(script)).toMatch(/nested too deeply|longer than/u);
  });

  test('names of JavaScript objects are names of programs', () => {
    for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty']) expect(programs(`${name} -x y`)).toEqual([name]);
  });
});

describe('one literal command runs as it was judged, without a shell', () => {
  test.each<[string, readonly string[] | undefined]>([
    ['ls -la src', ['ls', '-la', 'src']],
    ['grep \'a b\' "c d"', ['grep', 'a b', 'c d']],
    ["printf $'a\\nb'", ['printf', 'a\nb']],
    ['ls *.ts', undefined],
    ['ls $x', undefined],
    ['ls ~', undefined],
    ['ls | wc', undefined],
    ['ls > f', undefined],
    ['ls &', undefined],
    ['A=1 ls', undefined],
    ['cd src', undefined],
    ['ls; ls', undefined],
  ])('%j', (script, argv) => {
    const parsed = parseCommand(script);
    expect(parsed.ok && parsed.argv).toEqual(argv);
  });
});

describe('what is made to be hard to understand is refused in time', () => {
  const deep = (open: string, close: string, times: number) => `echo ${open.repeat(times)}x${close.repeat(times)}`;

  test.each<[string, string]>([
    ['substitutions', deep('$(', ')', 5000)],
    ['quoted substitutions', deep('"$(', ')"', 3000)],
    ['groups', '{ '.repeat(8000)],
    ['subshells', `${'('.repeat(8000)}ls${')'.repeat(8000)}`],
    ['backticks', '`'.repeat(16_000)],
    ['conditions', 'if true; then '.repeat(1100)],
    ['expansions', deep('${x:-', '}', 2700)],
    ['commands', 'ls;'.repeat(5400)],
    ['functions', 'f() { '.repeat(2700)],
    ['more than 16 KB', 'x'.repeat(20_000)],
  ])('%s', (_, script) => {
    expect(typeof programs(script)).toBe('string');
  });

  test('also when it only takes too long', () => {
    let ms = 0;
    const slow = () => (ms += 51);
    expect(parseCommand('ls -l slowly', slow)).toEqual({ ok: false, reason: 'the command takes longer than 50 ms to understand' });
    // One interruption is none of its own doing.
    const clock = [0, 60, 60, 61];
    expect(parseCommand('ls -l slowly once', () => clock.shift() ?? 0)).toMatchObject({ ok: true });
  });

  test.each<[string, string]>([
    ['braces', `cat ${'{a,b}'.repeat(3200)}`],
    ['words', `cat ${'a '.repeat(8000)}`],
    ['folders', Array.from({ length: 60 }, (_, at) => `cd a${at}`).join('; ')],
    ['variables', `${Array.from({ length: 60 }, (_, at) => `x=${at}`).join('; ')}; cat $x$x$x$x$x$x`],
    ['options', `git log ${'--format=%h '.repeat(1300)}`],
    ['letters', `ls -${'l'.repeat(16_000)}`],
  ])('but many %s are only many', (_, script) => {
    const parsed = parseCommand(script, () => 0);
    expect(parsed.ok && parsed.commands.map((one) => one.program)).toContain(script.split(' ')[0]?.replace(/^x=.*/u, 'cat'));
  });
});
