import type { Program } from './types.ts';

const HELP = '--help --version';
const changes = (options: string | undefined, more: Partial<Program> = {}): Program => ({
  does: 'changes',
  ...(options === undefined ? {} : { options }),
  ...more,
});
const destroys = (why: string, more: Partial<Program> = {}): Program => ({ does: 'destroys', why, ...more });

const COPY = `-a -b -d -f -H -i -l -L -n -p -P -r -R -s -S: -t:> -T -u -v -x -Z -X --archive --attributes-only --backup? --copy-contents --debug --force --interactive --keep-directory-symlink
  --link --dereference --no-clobber --no-dereference --preserve? --no-preserve= --parents --recursive --reflink? --remove-destination --sparse= --strip-trailing-slashes --symbolic-link
  --suffix= --target-directory=> --no-target-directory --update? --verbose --one-file-system ${HELP}`;

/** What changes files; each word says which. */
export const CHANGING: Readonly<Record<string, Program>> = {
  touch: changes(`-a -c -d: -f -h -m -r:< -t: -A: --date= --no-create --no-dereference --reference=< --time= ${HELP}`, { operands: 'write' }),
  mkdir: changes(`-m: -p -v -Z --mode= --parents --verbose --context? ${HELP}`, { operands: 'write' }),
  rmdir: changes(`-p -v --ignore-fail-on-non-empty --parents --verbose ${HELP}`, { operands: 'write' }),
  mktemp: changes(`-d -q -u -p? -t --directory --dry-run --quiet --suffix= --tmpdir? ${HELP}`),
  cp: changes(COPY, { operands: 'into' }),
  mv: changes(
    `-b -f -i -n -S: -t:> -T -u -v -Z --backup? --debug --exchange --force --interactive --no-clobber --no-copy --strip-trailing-slashes --suffix= --target-directory=> --no-target-directory
    --update? --verbose ${HELP}`,
    { operands: 'move' },
  ),
  ln: changes(
    `-b -d -f -F -i -L -n -P -r -s -S: -t:> -T -v -h --backup? --directory --force --interactive --logical --no-dereference --physical --relative --symbolic --suffix= --target-directory=>
    --no-target-directory --verbose ${HELP}`,
    { operands: 'into' },
  ),
  link: changes('', { operands: 'into' }),
  install: changes(
    `-b -c -C -d -D -g: -m: -o: -p -s -S: -t:> -T -v --backup? --compare --directory --group= --mode= --owner= --preserve-timestamps --strip --suffix= --target-directory=>
    --no-target-directory --verbose ${HELP}`,
    { operands: 'into' },
  ),
  tee: changes(`-a -i -p --append --ignore-interrupts --output-error? ${HELP}`, { operands: 'write' }),
  rm: changes(`-d -f -i -I -r^ -R^ -v -x --dir --force --interactive? --one-file-system --no-preserve-root! --preserve-root? --recursive^ --verbose ${HELP}`, {
    operands: 'write',
  }),
  unlink: changes(HELP, { operands: 'write' }),
  trash: changes(undefined, { operands: 'write' }),
  shred: destroys('what it overwrites cannot be brought back', { operands: 'write' }),
  truncate: destroys('what it cuts off is lost', { options: `-c -o -r:< -s: --no-create --io-blocks --reference=< --size= ${HELP}`, operands: 'write' }),
  dd: destroys('it overwrites what it is told to'),
  split: changes(
    `-a: -b: -C: -d -x -e -l: -n: -t: -u --suffix-length= --additional-suffix= --bytes= --line-bytes= --numeric-suffixes? --hex-suffixes? --elide-empty-files --filter=! --lines= --number= --separator=
    --unbuffered --verbose ${HELP}`,
    { operands: 'read' },
  ),
  csplit: changes('-b: -f: -k -n: -q -s -z --suffix-format= --prefix= --keep-files --suppress-matched --digits= --quiet --silent --elide-empty-files'),
  chmod: changes(`-c -f -v -R -h -H -L -P --changes --silent --quiet --verbose --no-preserve-root! --preserve-root --reference=< --recursive ${HELP}`, {
    operands: 'expression',
  }),
  chown: destroys('it changes who owns files', {
    options: `-c -f -v -R -h -H -L -P --changes --silent --quiet --verbose --dereference --no-dereference --from= --no-preserve-root! --preserve-root --reference=< --recursive ${HELP}`,
    operands: 'expression',
  }),
  chgrp: destroys('it changes who owns files', {
    options: `-c -f -v -R -h -H -L -P --changes --silent --quiet --verbose --dereference --no-dereference --no-preserve-root! --preserve-root --reference=< --recursive ${HELP}`,
    operands: 'expression',
  }),
  chattr: destroys('it changes what may be done to files'),
  setfacl: destroys('it changes who may open files'),
  setfattr: destroys('it changes what is known of files'),
  mkfifo: changes('-m: --mode=', { operands: 'write' }),
  patch: changes(
    `-# -b -B: -c -d:> -D: -e -E -f -F: -g:^ -i:< -l -n -N -o:> -p: -r:> -R -s -t -T -u -v -V: -x: -Y: -z: -Z --backup --directory=> --dry-run --force --forward --fuzz= --get=^ --input=< --ignore-whitespace
    --no-backup-if-mismatch --normal --output=> --posix --quiet --silent --reject-file=> --remove-empty-files --reverse --strip= --unified --verbose --batch`,
    { operands: 'write' },
  ),
  tar: changes(
    `-A -c -d -r -t -u -x -C: -f: -v -z -j -J -Z -p -P! -h -k -m -o -O -w -W -g:> -G -i -l -n -s -S -T:< -X:< -b: -B -F:! -I:! -K: -L: -M -N: -R -V: -a -1 --catenate --concatenate --create --diff --compare --delete^ --append --list
    --test-label --update --extract --get --check-device --listed-incremental=> --hole-detection= --incremental --ignore-failed-read --level= --no-check-device --no-seek --seek --occurrence? --sparse --sparse-version=
    --add-file=< --directory= --exclude= --exclude-backups --exclude-caches --exclude-from=< --exclude-ignore= --exclude-vcs --exclude-vcs-ignores --null --no-recursion --recursion --files-from=< --unquote --verbatim-files-from
    --anchored --ignore-case --no-anchored --wildcards --no-wildcards --wildcards-match-slash --keep-old-files --keep-newer-files --keep-directory-symlink --no-overwrite-dir --one-top-level? --overwrite --overwrite-dir
    --recursive-unlink^ --remove-files^ --skip-old-files --unlink-first --verify --ignore-command-error --to-command=! --to-stdout --atime-preserve? --delay-directory-restore --group= --group-map=< --mode= --mtime= --touch
    --clamp-mtime --numeric-owner --no-same-owner --same-owner --no-same-permissions --preserve-permissions --same-permissions --owner= --owner-map=< --preserve --same-order --sort= --blocking-factor= --read-full-records --record-size=
    --force-local --file= --info-script=! --new-volume-script=! --multi-volume --rmt-command=! --rsh-command=! --tape-length= --volno-file=> --format= --old-archive --pax-option= --posix --label= --auto-compress --bzip2 --gzip
    --lzip --lzma --lzop --no-auto-compress --use-compress-program=! --uncompress --xz --zstd --compress --backup? --suffix= --strip-components= --transform=^ --xform=^ --checkpoint? --checkpoint-action=! --full-time --index-file=>
    --no-quote-chars= --quote-chars= --quoting-style= --block-number --show-defaults --show-omitted-dirs --show-snapshot-field-ranges --show-transformed-names --totals? --utc --verbose --warning= --interactive --confirmation
    --absolute-names! --dereference --hard-dereference --newer= --after-date= --newer-mtime= --one-file-system --starting-file= --acls --no-acls --selinux --xattrs --no-xattrs --xattrs-include= --xattrs-exclude= ${HELP} --usage`,
    { fragile: true },
  ),
  zip: changes(
    '-# -A -b:> -c -d^ -D -e -f -F -FF -g -h -i: -j -J -k -l -ll -m^ -n: -o -O:> -P: -q -r -R -s: -S -t: -tt: -T -TT:! -u -v -V -w -x: -X -y -z -Z: -@ -$ --unzip-command=! --recurse-paths --test --move^ --quiet --exclude= --include=',
    { fragile: true, style: 'single' },
  ),
  unzip: changes('-a -b -B -c -C -d:> -f -h -j -K -l -L -M -n -N -o -p -P: -q -qq -s -S -t -T -u -U -v -V -W -X -x: -z -Z', { operands: 'text' }),
  gzip: changes(
    '-# -a -c -d -f -h -k -l -L -n -N -q -r -S: -t -v -V --stdout --decompress --force --keep --list --no-name --name --quiet --recursive --suffix= --test --verbose --fast --best --rsyncable',
    { operands: 'write' },
  ),
  gunzip: changes('-a -c -f -h -k -l -L -n -N -q -r -S: -t -v -V --stdout --force --keep --list --quiet --recursive --suffix= --test --verbose', {
    operands: 'write',
  }),
  bzip2: changes('-# -c -d -f -k -q -s -t -v -z --stdout --decompress --force --keep --quiet --test --verbose --fast --best', { operands: 'write' }),
  xz: changes('-# -c -d -e -f -F: -k -l -M: -q -Q -S: -t -T: -v -z --stdout --decompress --force --keep --list --quiet --test --verbose --threads=', {
    operands: 'write',
  }),
  zstd: changes(
    '-# -c -d -D:< -f -k -l -o:> -q -r -t -T: -v --stdout --decompress --force --keep --list --quiet --test --verbose --rm^ --threads= --ultra --long? --fast?',
    { operands: 'write' },
  ),
  '7z': changes(undefined),
  iconv: { does: 'reads', operands: 'read', options: '-f: -t: -c -l -o:>~ -s --from-code= --to-code= --list --output=>~ --silent --verbose' },
  dos2unix: changes(undefined, { operands: 'write' }),
  unix2dos: changes(undefined, { operands: 'write' }),
  sponge: changes('-a', { operands: 'write' }),
  ed: destroys('it can run commands'),
  ex: destroys('it can run commands'),
  vi: destroys('it can run commands'),
  vim: destroys('it can run commands'),
  nvim: destroys('it can run commands'),
  emacs: destroys('it can run commands'),
  nano: changes(undefined, { operands: 'write' }),
  history: changes('-c^ -d:^ -a? -n? -r? -w? -p -s', { operands: 'write' }),
};
