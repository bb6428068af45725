import { MACHINE } from './machine.ts';
import { named } from './named.ts';
import type { Program } from './types.ts';

/** Reads the files it names. */
const files = (options: string, more: Partial<Program> = {}): Program => ({ does: 'reads', operands: 'read', options, ...more });
const plain = (options: string, more: Partial<Program> = {}): Program => ({ does: 'reads', operands: 'text', options, ...more });
/** Takes any words, and none of them matters. */
const free: Program = { does: 'reads', operands: 'text' };

const HELP = '--help --version';

const DIFF = `-# -a -b -B -c -C: -d -D: -e -E -f -F: -h -H -i -I: -l -L: -n -N -p -q -r -s -S: -t -T -u -U: -v -w -W: -x: -X:< -y -Z --normal --brief --report-identical-files
  --context? --unified? --ed --rcs --side-by-side --width= --left-column --suppress-common-lines --show-c-function --show-function-line= --label= --expand-tabs
  --initial-tab --tabsize= --suppress-blank-empty --paginate --recursive --no-dereference --new-file --unidirectional-new-file --ignore-file-name-case
  --exclude= --exclude-from=< --starting-file= --from-file=< --to-file=< --ignore-case --ignore-tab-expansion --ignore-trailing-space --ignore-space-change
  --ignore-all-space --ignore-blank-lines --ignore-matching-lines= --text --strip-trailing-cr --ifdef= --line-format= --minimal --horizon-lines= --speed-large-files
  --color? --palette= ${HELP}`;

const HASH = `-b -c~ -t -z -w --binary --check~ --tag --text --zero --ignore-missing --quiet --status --strict --warn ${HELP}`;

const LS = `-1 -a -A -b -B -c -C -d -D -f -F -g -G -h -H -i -I: -k -l -L -m -n -N -o -p -q -Q -r -R -s -S -t -T: -u -U -v -w: -x -X -Z -@ -O -e -W -T --all --almost-all
  --author --escape --block-size= --ignore-backups --color? --directory --dired --classify? --file-type --format= --full-time --group-directories-first --no-group
  --human-readable --si --dereference --dereference-command-line --dereference-command-line-symlink-to-dir --hide= --hyperlink? --indicator-style= --inode --ignore=
  --kibibytes --numeric-uid-gid --literal --hide-control-chars --show-control-chars --quote-name --quoting-style= --reverse --recursive --size --sort= --time=
  --time-style= --tabsize= --width= --context --zero ${HELP}`;

const GREP = `-# -a -A: -b -B: -c -C: -d: -D: -e: -E -f:< -F -G -h -H -i -I -l -L -m: -n -o -P -q -r -R -s -T -u -U -v -V -w -x -y -z -Z -p -O -S --extended-regexp
  --fixed-strings --basic-regexp --perl-regexp --regexp= --file=< --ignore-case --no-ignore-case --word-regexp --line-regexp --null-data --no-messages --invert-match
  --max-count= --byte-offset --line-number --line-buffered --with-filename --no-filename --label= --only-matching --quiet --silent --binary-files= --text
  --directories= --devices= --recursive --dereference-recursive --include= --exclude= --exclude-from=< --exclude-dir= --include-dir= --files-without-match
  --files-with-matches --count --initial-tab --null --before-context= --after-context= --context? --group-separator= --no-group-separator --color? --colour? --binary
  ${HELP}`;

/** Names of programs that it would run: `--pre`, `--hostname-bin`. */
const RG = `-# -. -0 -A: -B: -C: -E: -F -H -I -L -M: -N -P -S -T: -U -V -a -b -c -d: -e: -f:< -g: -h -i -j: -l -m: -n -o -p -q -r: -s -t: -u -v -w -x -z~
  --pre=! --pre-glob= --hostname-bin=! --search-zip~ --after-context= --auto-hybrid-regex --before-context= --binary --block-buffered --byte-offset --case-sensitive
  --color= --colors= --column --context= --context-separator= --count --count-matches --crlf --debug --dfa-size-limit= --encoding= --engine= --field-context-separator=
  --field-match-separator= --file=< --files --files-with-matches --files-without-match --fixed-strings --follow --generate= --glob= --glob-case-insensitive --heading
  --help --hidden --hyperlink-format= --iglob= --ignore --ignore-case --ignore-file=< --ignore-file-case-insensitive --include-zero --invert-match --json --line-buffered
  --line-number --line-regexp --max-columns= --max-columns-preview --max-count= --max-depth= --max-filesize= --mmap --multiline --multiline-dotall --no-config --no-filename
  --no-heading --no-ignore --no-ignore-dot --no-ignore-exclude --no-ignore-files --no-ignore-global --no-ignore-messages --no-ignore-parent --no-ignore-vcs --no-line-number
  --no-messages --no-mmap --no-pcre2-unicode --no-require-git --no-unicode --null --null-data --one-file-system --only-matching --passthru --path-separator= --pcre2
  --pcre2-version --pretty --quiet --regex-size-limit= --regexp= --replace= --smart-case --sort= --sortr= --stats --stop-on-nonmatch --text --threads= --trace --trim
  --type= --type-add= --type-clear= --type-list --type-not= --unrestricted --version --vimgrep --with-filename --word-regexp --passthrough --maxdepth=`;

const FIND = `-H -L -P -D: -amin: -anewer:< -atime: -cmin: -cnewer:< -context: -ctime: -daystart -delete^ -depth -d -empty -exec~ -execdir~ -executable -false -files0-from:< -fls:>~
  -follow -fprint:>~ -fprint0:>~ -fprintf:>~ -fstype: -gid: -group: -help -ignore_readdir_race -ilname: -iname: -inum: -ipath: -iregex: -iwholename: -links: -lname: -ls
  -maxdepth: -mindepth: -mmin: -mount -mtime: -name: -newer:< -newerat: -newerct: -newermt: -newermm:< -newerma:< -newermc:< -nogroup -noignore_readdir_race -noleaf
  -not -nouser -nowarn -a -and -o -or -ok^ -okdir^ -path: -perm: -print -print0 -printf: -prune -quit -readable -regex: -regextype: -samefile:< -size: -true -type:
  -uid: -used: -user: -version -warn -wholename: -writable -xdev -xtype: --help --version`;

const SORT = `-b -c -C -d -f -g -h -i -k: -m -M -n -o:>~ -r -R -s -S: -t: -T:>~ -u -V -z --ignore-leading-blanks --dictionary-order --ignore-case --general-numeric-sort
  --ignore-nonprinting --month-sort --human-numeric-sort --numeric-sort --random-sort --random-source=< --reverse --sort= --version-sort --batch-size= --check?
  --compress-program=! --debug --files0-from=< --key= --merge --output=>~ --stable --buffer-size= --field-separator= --temporary-directory=>~ --parallel= --unique
  --zero-terminated ${HELP}`;

const SED = `-n -e: -E -r -s -u -z -b -l: -f:<~ -i?~ -I?~ --quiet --silent --expression= --regexp-extended --separate --unbuffered --null-data --line-length= --file=<~
  --in-place?~ --follow-symlinks --posix --debug --sandbox --binary --zero-terminated ${HELP}`;

const JQ = `-a -c -C -e -g -h -j -M -n -r -R -s -S -f:<~ -L:<~ --arg= --argjson= --slurpfile=^ --rawfile=^ --args --jsonargs --ascii-output --compact-output --color-output
  --exit-status --from-file=<~ --indent= --join-output --library-path=<~ --monochrome-output --null-input --raw-input --raw-output --raw-output0 --seq --slurp --sort-keys
  --stream --stream-errors --tab --unbuffered ${HELP} --build-configuration`;

const GIVEN_PATTERN = ['-e', '-f', '--regexp', '--file'];
const grep = files(GREP, { operands: 'expression', given: GIVEN_PATTERN });

/** Programs that only look, in the forms given here. What reads a place the system keeps to itself is asked about by the path. */
export const READING: Readonly<Record<string, Program>> = {
  ...MACHINE,
  ls: files(LS),
  dir: files(LS),
  vdir: files(LS),
  cat: files(`-A -b -e -E -n -s -t -T -u -v --show-all --number-nonblank --show-ends --number --squeeze-blank --show-tabs --show-nonprinting ${HELP}`),
  bat: files(
    '-A -p -n -l: -r: -H: -d --plain --language= --line-range= --number --style= --color= --decorations= --wrap= --theme= --paging=~ --pager=! --show-all --diff',
  ),
  head: files(`-# -n: -c: -q -v -z --bytes= --lines= --quiet --silent --verbose --zero-terminated ${HELP}`),
  tail: files(`-# -n: -c: -f -F -q -s: -v -z -r --bytes= --lines= --follow? --retry --pid= --max-unchanged-stats= --sleep-interval= --quiet --silent --verbose
    --zero-terminated ${HELP}`),
  wc: files(`-c -m -l -L -w --bytes --chars --lines --max-line-length --words --files0-from=< --total= ${HELP}`),
  stat: files(`-L -f -c: -t -x -s -r -n -q --dereference --file-system --cached= --format= --printf= --terse ${HELP}`),
  file: files(`-b -h -i -I -k -L -n -N -p -r -s -v -0 -e: -F: -P: -d -c~ -C~ -m:<~ -f:<~ -z~ -Z~ -S --brief --mime --mime-type --mime-encoding --extension --keep-going
    --dereference --no-dereference --no-buffer --no-pad --preserve-date --raw --special-files --separator= --exclude= --parameter= --apple --checking-printout~
    --compile~ --magic-file=<~ --files-from=<~ --uncompress~ --uncompress-noreport~ ${HELP}`),
  nl: files(
    `-b: -d: -f: -h: -i: -l: -n: -p -s: -v: -w: --body-numbering= --starting-line-number= --number-format= --number-width= --number-separator= --line-increment= ${HELP}`,
  ),
  tac: files(`-b -r -s: --before --regex --separator= ${HELP}`),
  rev: files(`-0 --zero ${HELP}`),
  cut: files(
    `-b: -c: -d: -f: -n -s -z --bytes= --characters= --delimiter= --fields= --complement --only-delimited --output-delimiter= --zero-terminated ${HELP}`,
  ),
  tr: plain(`-c -C -d -s -t --complement --delete --squeeze-repeats --truncate-set1 ${HELP}`),
  diff: files(DIFF),
  colordiff: files(DIFF),
  diff3: files(
    '-a -A -e -E -i -L: -m -T -x -X -3 --text --show-all --ed --show-overlap --label= --merge --initial-tab --easy-only --overlap-only --strip-trailing-cr',
  ),
  cmp: files(`-b -i: -l -n: -s --print-bytes --ignore-initial= --verbose --bytes= --quiet --silent ${HELP}`),
  comm: files(`-1 -2 -3 -i -z --check-order --nocheck-order --output-delimiter= --total --zero-terminated ${HELP}`),
  paste: files(`-d: -s -z --delimiters= --serial --zero-terminated ${HELP}`),
  join: files(`-1: -2: -a: -e: -i -j: -o: -t: -v: -z --ignore-case --check-order --nocheck-order --header --zero-terminated ${HELP}`),
  fold: files(`-b -s -w: --bytes --spaces --width= ${HELP}`),
  fmt: files(`-# -c -p: -s -t -u -w: -g: --crown-margin --prefix= --split-only --tagged-paragraph --uniform-spacing --width= --goal= ${HELP}`),
  column: files(
    `-t -s: -o: -c: -n: -N: -x -e -J -R: -l: -L -d -H: -W: -T: --table --separator= --output-separator= --json --table-name= --table-columns= --table-right= ${HELP}`,
  ),
  expand: files(`-i -t: --initial --tabs= ${HELP}`),
  unexpand: files(`-a -t: --all --first-only --tabs= ${HELP}`),
  od: files(`-a -A: -b -c -d -e -f -i -j: -l -N: -o -s -S? -t: -v -w? -x --address-radix= --endian= --skip-bytes= --read-bytes= --strings? --format= --output-duplicates --width?
    ${HELP}`),
  strings: files(`-a -d -e: -f -n: -o -s: -t: -w -# --all --data --print-file-name --bytes= --radix= --encoding= --output-separator= ${HELP}`),
  hexdump: files('-b -c -C -d -e: -f:< -n: -o -s: -v -x --canonical --length= --skip= --no-squeezing'),
  hd: files('-b -c -C -d -e: -f:< -n: -o -s: -v -x'),
  xxd: files('-# -a -b -c: -C -d -e -E -g: -h -i -l: -n: -o: -p -ps -plain -P -R: -s: -u -v -r~', { most: 1 }),
  base64: files(`-d -i -w: -b: -D --decode --ignore-garbage --wrap= ${HELP}`),
  base32: files(`-d -i -w: --decode --ignore-garbage --wrap= ${HELP}`),
  ...named('md5sum sha1sum sha224sum sha256sum sha384sum sha512sum b2sum', files(HASH)),
  md5: files('-q -r -s: -n'),
  shasum: files(`-a: -b -t -p -0 --algorithm= --binary --text ${HELP}`),
  cksum: files(`-a: -b -z --algorithm= --base64 --raw --tag --untagged --zero ${HELP}`),
  sum: files('-r -s --sysv'),
  du: files(`-0 -a -A -b -B: -c -d: -D -h -H -k -l -L -m -P -s -S -t: -x -X:< --all --apparent-size --block-size= --bytes --total --dereference --dereference-args --max-depth=
    --files0-from=< --human-readable --inodes --count-links --no-dereference --separate-dirs --si --summarize --threshold= --time? --time-style= --exclude-from=< --exclude=
    --one-file-system --null ${HELP}`),
  df: files(`-a -B: -h -H -i -k -l -P -t: -T -x: --all --block-size= --human-readable --si --inodes --local --portability --sync --total --type= --print-type --exclude-type=
    --output? --no-sync ${HELP}`),
  tree: files(`-a -d -l -f -x -L: -P: -I: -q -N -Q -p -u -g -s -h -D -F -v -t -c -U -r -i -A -S -n -C -J -X -H: -T: -o:>~ -R~ --dirsfirst --filesfirst --prune --noreport
    --charset= --filelimit= --timefmt= --gitignore --gitfile=< --matchdirs --metafirst --ignore-case --inodes --device --sort= --du --si --nolinks --fromfile --fflinks
    --info --infofile=< --filesfirst --output=>~ ${HELP}`),
  grep,
  egrep: grep,
  fgrep: grep,
  rg: files(RG, { operands: 'expression', given: [...GIVEN_PATTERN, '--files', '--type-list'], fragile: true }),
  ag: files(
    '-# -A: -B: -C: -c -f -g: -G: -H -i -l -L -m: -n -o -Q -r -R -s -S -t -u -U -v -w --hidden --ignore= --nocolor --color --nogroup --column --depth= --pager=!',
    {
      operands: 'expression',
      given: ['-g'],
    },
  ),
  fd: files(
    '-a -d: -e: -E: -F -g -H -i -I -l -L -p -s -t: -u -0 -1 -S: -x~ -X~ -c: --extension= --exclude= --hidden --no-ignore --type= --max-depth= --min-depth= --exec~ --exec-batch~ --full-path --glob --follow --absolute-path --color= --size= --changed-within=',
    {
      operands: 'expression',
    },
  ),
  find: files(FIND, { style: 'single', fragile: true }),
  sort: files(SORT, { fragile: true }),
  uniq: files(
    `-c -d -D -f: -i -s: -u -w: -z --count --repeated --all-repeated? --skip-fields= --group? --ignore-case --skip-chars= --unique --zero-terminated --check-chars= ${HELP}`,
    {
      most: 1,
    },
  ),
  sed: files(SED, { operands: 'expression', fragile: true, given: ['-e', '-f', '--expression', '--file'] }),
  jq: files(JQ, { operands: 'expression', given: ['-f', '--from-file'] }),
  awk: files(
    '-F: -v: -f:<~ -e:~ -E:<~ -o?^ -p?^ -l:^ -i:^ -D?^ --field-separator= --assign= --file=<~ --posix --re-interval --sandbox --traditional --version --help',
    {
      operands: 'expression',
      given: ['-f', '--file', '-E', '-e'],
      style: 'words',
    },
  ),
  pwd: plain('-L -P'),
  echo: free,
  printf: plain('', { style: 'words' }),
  true: free,
  false: free,
  ':': free,
  test: { ...free, operands: 'read' },
  '[': { ...free, operands: 'read' },
  date: files(
    `-d: -f:< -I? -R -u -r:< -s:^ -j -v: -n --date= --debug --file=< --iso-8601? --resolution --rfc-email --rfc-3339= --reference=< --set=^ --utc --universal ${HELP}`,
    {
      operands: 'text',
    },
  ),
  cal: plain('-1 -3 -s -m -j -y -Y -w -n: -h'),
  sleep: plain(HELP),
  seq: plain(`-f: -s: -w -t: --format= --separator= --equal-width ${HELP}`),
  yes: free,
  factor: free,
  basename: plain(`-a -s: -z --multiple --suffix= --zero ${HELP}`),
  dirname: plain(`-z --zero ${HELP}`),
  realpath:
    files(`-e -m -L -P -q -s -z --canonicalize-existing --canonicalize-missing --logical --physical --quiet --relative-to=< --relative-base=< --strip --no-symlinks --zero
    ${HELP}`),
  readlink: files(
    `-f -e -m -n -q -s -v -z --canonicalize --canonicalize-existing --canonicalize-missing --no-newline --quiet --silent --verbose --zero ${HELP}`,
  ),
  which: plain('-a -s'),
  whereis: plain('-b -m -s -u -l'),
  type: plain('-a -f -p -P -t'),
  expr: free,
  bc: files('-h -i -l -q -s -v -w --mathlib --quiet'),
  numfmt: plain(
    '-d: -z --delimiter= --field= --format= --from= --from-unit= --grouping --header? --invalid= --padding= --round= --suffix= --to= --to-unit= --zero-terminated',
  ),
  nm: files('-a -A -B -C -D -f: -g -l -n -o -p -r -S -u -v -P --defined-only --demangle? --dynamic --extern-only --undefined-only'),
  size: files('-A -B -d -o -t -x'),
  readelf: files('-a -h -l -S -g -t -e -s -n -r -u -d -V -A -I -W -w? -x: -p: -R: -z -C'),
  objdump: files('-a -C -d -D -f -h -j: -l -p -r -R -s -S -t -T -x -M: -w --disassemble? --no-show-raw-insn'),
  ldd: { does: 'changes', operands: 'read' },
  tokei: files('-e: -f -t: -s: -o: -C -h -V --exclude= --files --sort= --types= --output='),
  cloc: files('--by-file --json --csv --quiet --exclude-dir= --include-lang= --not-match-d='),
  less: files('-# -E -F -i -I -M -m -n -N -q -r -R -s -S -X -x: -p: -o:>~ -O:>~ -k:<^ --lesskey-file=<^ --log-file=>~ --lesskey-src=<^'),
  more: files('-# -d -f -l -p -c -s -u -n:'),
  zcat: files('-f -q -v -h -V'),
  bzcat: files('-q -v'),
  xzcat: files('-q -v'),
  zgrep: { ...files(GREP, { operands: 'expression', given: GIVEN_PATTERN }), does: 'changes' },
  xmllint: files('--noout --format --xpath= --valid --schema=< --html --nonet --encode= --recover --output=>~ -o:>~ --shell^ --noent^ --xinclude^'),
  yq: files(
    '-e -r -P -o: -p: -j -y -Y -C -M -N -n -I: -c -s -i~ --output-format= --input-format= --prettyPrint --inplace~ --in-place~ --null-input --from-file=<~',
    {
      operands: 'expression',
    },
  ),
  tldr: free,
  man: {
    does: 'changes',
    options:
      '-P:! --pager=! -H?! --html?! -C:<! --config-file=<! -k -f -a -w -l~ -K -s: -S: -M:^ --manpath=^ -p:^ --preprocessor=^ -T?^ -t^ -X?^ -Z^ --no-hyphenation --no-justification',
  },
  info: { does: 'changes', operands: 'text' },
  cd: files('-L -P -e -@'),
  exit: free,
  return: free,
  break: free,
  continue: free,
  shift: free,
  set: free,
  local: free,
  export: free,
  unset: free,
  read: free,
  wait: free,
  let: free,
  umask: free,
  jobs: free,
};
