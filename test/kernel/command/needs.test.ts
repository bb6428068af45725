// biome-ignore-all lint/suspicious/noTemplateCurlyInString: scripts of the shell
import { describe, expect, test } from 'vitest';
import type { Capability } from '../../../src/kernel/capability.ts';
import type { AbsPath } from '../../../src/kernel/ids.ts';
import { filesOf, judge, needsOf, READER } from './judge.ts';

describe('files that a reading command names are judged', () => {
  test.each<[string, readonly string[]]>([
    ['cat a.txt', ['read /w/a.txt']],
    ['cat ../x', ['read /x']],
    ['cat /etc/passwd', ['read /etc/passwd']],
    ['cat ~/x', ['read /home/u/x']],
    ['cat src/../../x', ['read /x']],
    ['cat -- -x', ['read /w/-x']],
    ['head -n 5 a', ['read /w/a']],
    ['grep x f', ['read /w/f']],
    ["grep '' /etc/passwd", ['read /etc/passwd']],
    ['grep -e x /etc/passwd', ['read /etc/passwd']],
    ['grep -ex /etc/passwd', ['read /etc/passwd']],
    ['grep --regexp=x /etc/passwd', ['read /etc/passwd']],
    ['grep -f/etc/shadow f', ['read /etc/shadow', 'read /w/f']],
    ['grep --file=/etc/shadow f', ['read /etc/shadow', 'read /w/f']],
    ['wc --files0-from=/etc/x', ['read /etc/x']],
    ['sort --files0-from=/etc/x', ['read /etc/x']],
    ['diff --to-file=/etc/passwd a', ['read /etc/passwd', 'read /w/a']],
    ['date -f /etc/passwd', ['read /etc/passwd']],
    ['git diff /etc/passwd a', ['read /etc/passwd', 'read /w/a', 'read /w/.git']],
    ['cd', ['read /home/u']],
    ['cd / && ls', ['read /']],
    ['cat < /etc/passwd', ['read /etc/passwd']],
    ['cat /etc/pass*', ['read /etc/pass*']],
    ['cat .e*', ['read /w/.e*', 'read /w/.env', 'read /w/.env.local']],
    [
      'cat src/.??*',
      ['read /w/src/.??*', 'read /w/src/.env', 'read /w/src/.env.local', 'read /w/src/.netrc', 'read /w/src/.npmrc', 'read /w/src/.git-credentials'],
    ],
    ['cat *', ['read /w/*']],
    ['sh -c "cat /etc/passwd"', ['read /etc/passwd']],
    ['env cat /etc/passwd', ['read /etc/passwd']],
    ['echo $(cat /etc/passwd)', ['read /etc/passwd']],
    ['echo $(< /etc/passwd)', ['read /etc/passwd']],
    ['diff a /dev/null', ['read /w/a']],
    ['echo /etc', []],
  ])('%j', (script, files) => {
    expect(filesOf(script)).toEqual(files);
  });

  test.each<[string, readonly string[]]>([
    ['ls > f', ['write /w/f']],
    ['ls >> f', ['write /w/f']],
    ['ls >| f', ['write /w/f']],
    ['ls &> f', ['write /w/f']],
    ['ls >& f', ['write /w/f']],
    ['cat <> f', ['write /w/f']],
    ['{ ls; } > f', ['write /w/f']],
    ['while true; do ls; done > f', ['write /w/f']],
    ['f() { ls; } > x; f', ['write /w/x']],
    ['ls 2>&1', []],
    ['ls 2> /dev/null >&2', []],
    ['echo x > /dev/stderr', []],
    ['cat <<E\nx\nE', []],
    ['cat <<< x', []],
    ['cat < /dev/tcp/127.0.0.1/80', ['/dev/tcp/127.0.0.1/80 speaks to the network']],
    ['ls > $x', ['a redirection leads to a file that is known only when the command runs']],
    ['ls > *', ['a redirection leads to a file that is known only when the command runs']],
  ])('redirection: %j', (script, files) => {
    expect(filesOf(script)).toEqual(files);
  });
});

describe('a reader is refused', () => {
  test.each([
    'cat .env',
    'cat src/.env.local',
    'cat .e*',
    'cat id_rsa',
    'cat server.pem',
    'cat *.pem',
    'cat seed.yaml',
    'cat ~root/x',
    'cat ~+/x',
    'cat ~-/x',
    'cat ~/x',
    'cat {a,/etc/passwd}',
    'cat $x',
    'uniq a b',
    'xxd a b',
    'sort -uo f a',
    'sort --outp=f a',
    'tree -ao f',
    "sed '1e id' a",
    "sed -n 's/a/b/w f' a",
    'sed --expression=p /etc/passwd',
    'sed --in a',
    'git diff --no-index a b',
    'git diff --outp=f',
    'git grep --op=x y',
    'git --exec-path=. status',
    'git push',
    'rg --pre x y',
    'rg -uz x',
    'jq env a',
    'jq -n $ENV',
    'jq -f x a',
    'find . -delete',
    'find . -exec rm {} +',
    'ps e',
    'ps auxe',
    'hostname x',
    'env',
    'zsh -c ls',
    'bash --rcfile x -ic ls',
    'bash x.sh',
    './ls',
    './env ls',
    './bash -c ls',
    'sub/timeout 5 ls',
    "env -S 'rm x' ls",
    "env --split-string='rm x' ls",
    "env -vS'rm x' ls",
    'env -C /etc cat passwd',
    'env --chdir=/etc cat passwd',
    'sudo ls',
    'time -o f ls -l ; command time -o f ls',
  ])('%j', (script) => {
    expect(judge(script)).not.toBe('allow');
  });

  test.each([
    'PATH=. ls',
    'PATH=.; ls',
    'export PATH=.; ls',
    'export PATH',
    'declare -x PATH=.; ls',
    'readonly PATH=.',
    'read PATH <<< .; ls',
    'for PATH in .; do ls; done',
    ': ${PATH:=.}; ls',
    'env PATH=. ls',
    'nohup env -i PATH=. ls',
    'bash -c "PATH=.; ls"',
    'LD_PRELOAD=./x.so ls',
    'BASH_CMDS[ls]=./x; ls',
    "PS4='$(id)'; set -x; ls",
    'CDPATH=/etc; cd x',
    'HOME=/etc; cd; cat passwd',
    'RIPGREP_CONFIG_PATH=x rg y',
    'export $x',
    'read $x',
  ])('and anything that changes what runs: %j', (script) => {
    expect(needsOf(script)).toMatch(/changes what runs/u);
    expect(judge(script, [{ on: 'exec', command: '*' }])).toBe('deny');
  });

  test.each([
    'x=$(cat f); echo $((x))',
    '((x))',
    'let x',
    '[[ $x -eq 1 ]]',
    'echo ${a[x]}',
    'echo ${a:x}',
    "test -v 'a[$(id)]'",
    "read 'a[$(id)]'",
    'for ((i=x;i<3;i++)); do ls; done',
    'printf -v x[$y] z',
  ])('and reckoning with what a variable holds: %j', (script) => {
    expect(judge(script)).not.toBe('allow');
  });
});

describe('daily commands stay quiet', () => {
  test.each([
    'ls -la && pwd',
    'cat package.json | jq .scripts',
    'grep -rn "a b" src --include=*.ts',
    "rg 'foo|bar' -g '*.ts' src",
    "find src -name '*.ts' -type f -newer a | head -20",
    'git status --short && git diff --stat HEAD~1 -- src/a.ts',
    'git log --oneline -5 main..dev',
    'git show HEAD:src/a.ts',
    'sed -n 10,20p a.ts',
    "sed -n '/a/,/b/p' a",
    "sed 's/a/b/g; 1d' a",
    'wc -l *.ts',
    'ls *',
    'sort a | uniq -c | sort -rn | head',
    'for f in *.ts; do echo "$f"; done',
    'command -v node',
    'if [ -f package.json ]; then cat package.json; fi',
    'echo $((1+2))',
    'test -d src || echo none',
    "cat <<'E'\n$(id) `id`\nE",
    'bash -c "ls | wc -l"',
    'timeout 5 grep -c x a',
    'x=1; echo $x',
    'diff a b; cmp a b',
    'ps aux | head',
    'stat -c %s a',
    'cut -d , -f 1 a',
    'tail -n +5 a',
    'date +%Y-%m-%d',
    'echo x 2>/dev/null',
  ])('%j', (script) => {
    expect(judge(script)).toBe('allow');
  });
});

describe('grants and denials reach into commands', () => {
  const write: Capability = { on: 'fs', right: 'write', under: '/w' as AbsPath };
  const exec = (command: string): Capability => ({ on: 'exec', command });

  test.each<[string, readonly Capability[], string]>([
    ['npm test', [exec('npm:test')], 'allow'],
    ['npm test && npm publish', [exec('npm:test')], 'ask'],
    ['npm run x', [exec('npm')], 'allow'],
    ['git logout', [exec('git:log')], 'ask'],
    ['node a.js | tee out', [exec('node')], 'ask'],
    ['timeout 5 node a.js', [exec('node')], 'allow'],
    ['sudo node a.js', [exec('node')], 'ask'],
    ['echo x > a', [write], 'allow'],
    ['echo x > .git/hooks/pre-commit', [write], 'deny'],
    ['echo x > .GIT/Config', [write], 'deny'],
    ['echo x > seed.yaml', [write], 'deny'],
    ['echo x > ../w-evil/a', [write], 'ask'],
    ['$x', [exec('*')], 'deny'],
  ])('%j', (script, more, verdict) => {
    expect(judge(script, [...READER, ...more])).toBe(verdict);
  });

  test('a denied file is not read by a command either; the folder around it is entered, without it', () => {
    const denies: readonly Capability[] = [{ on: 'fs', right: 'read', under: '/w/secret' as AbsPath }];
    for (const script of ['cat secret/x', 'cat < secret/x', 'grep x secret/y', 'cd secret && cat x']) expect(judge(script, READER, denies)).toBe('deny');
    for (const script of ['cat other', 'ls .']) expect(judge(script, READER, denies)).toBe('allow');
  });
});
