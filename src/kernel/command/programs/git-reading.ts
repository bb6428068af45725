import type { Program } from './types.ts';

export const OUTPUT = `--color? --no-color -p -u -s --no-patch -U: --unified= --output=>~ --raw --patch-with-raw --indent-heuristic --minimal --patience --histogram --anchored= --diff-algorithm=
  --stat? --stat-width= --stat-name-width= --stat-count= --compact-summary --numstat --shortstat --dirstat? -X? --cumulative --dirstat-by-file? --summary --patch --patch-with-stat -z --name-only
  --name-status --submodule? --color-moved? --color-moved-ws= --word-diff? --word-diff-regex= --color-words? --no-renames --rename-empty --check --ws-error-highlight=
  --full-index --binary --abbrev? -B? --break-rewrites? -M? --find-renames? -C? --find-copies? --find-copies-harder -D --irreversible-delete -l: --diff-filter= -S: -G: --find-object=
  --pickaxe-all --pickaxe-regex --skip-to= --rotate-to= -R --relative? -a --text --ignore-cr-at-eol --ignore-space-at-eol -b --ignore-space-change -w --ignore-all-space --ignore-blank-lines
  -I: --ignore-matching-lines= --inter-hunk-context= -W --function-context --exit-code --quiet --ext-diff^ --no-ext-diff --textconv^ --no-textconv --ignore-submodules? --src-prefix=
  --dst-prefix= --no-prefix --default-prefix --line-prefix= --ita-invisible-in-index --ita-visible-in-index --output-indicator-new= --output-indicator-old= --output-indicator-context=
  -c --cc --combined-all-paths --diff-merges= --no-diff-merges -m -t --help -h -O:<`;

export const COMMITS = `-# -n: --max-count= --skip= --since= --after= --until= --before= --author= --committer= --grep-reflog= --grep= --all-match --invert-grep -i --regexp-ignore-case --basic-regexp -E
  --extended-regexp -F --fixed-strings -P --perl-regexp --remove-empty --merges --no-merges --min-parents= --max-parents= --no-min-parents --no-max-parents --first-parent --exclude-first-parent-only
  --not --all --branches? --tags? --remotes? --glob= --exclude= --exclude-hidden= --reflog --alternate-refs^ --single-worktree --ignore-missing --bisect --stdin --cherry-mark --cherry-pick --left-only
  --right-only --cherry -g --walk-reflogs --merge --boundary --simplify-by-decoration --show-pulls --full-history --dense --sparse --simplify-merges --ancestry-path? --date-order
  --author-date-order --topo-order --reverse --do-walk --no-walk? --pretty? --format= --abbrev-commit --no-abbrev-commit --oneline --encoding= --expand-tabs? --no-expand-tabs --notes? --no-notes
  --show-notes-by-default --show-signature^ --relative-date --date= --parents --children --left-right --graph --show-linear-break? --follow --decorate? --no-decorate --decorate-refs=
  --decorate-refs-exclude= --clear-decorations --source --mailmap --use-mailmap --log-size -L: --full-diff --count --timestamp`;

const reads = (options: string, more: Partial<Program> = {}): Program => ({ does: 'reads', operands: 'read', options: `${options} --help -h`, ...more });
const changes = (options: string): Program => ({ does: 'changes', options: `${options} --help -h` });

export const LOG = reads(`${COMMITS} ${OUTPUT}`);

/** Subcommands of Git that only look. */
export const GIT_READING: Readonly<Record<string, Program>> = {
  status: reads(
    '-s --short -b --branch --show-stash --porcelain? --long -v --verbose -u? --untracked-files? --ignore-submodules? --ignored? -z --column? --no-column --ahead-behind --renames --find-renames? -M?',
  ),
  diff: reads(`${OUTPUT} --cached --staged --merge-base --no-index~ -0 -1 -2 -3 --base --ours --theirs -q`),
  'diff-tree': reads(`${COMMITS} ${OUTPUT} -r -t --root --stdin --no-commit-id`),
  'diff-index': reads(`${OUTPUT} --cached -m --merge-base`),
  'diff-files': reads(`${OUTPUT} -0 -1 -2 -3 -q`),
  log: LOG,
  show: LOG,
  whatchanged: LOG,
  shortlog: reads(`${COMMITS} -n -s -e -c -w? --numbered --summary --email --group=`),
  'rev-list': reads(`${COMMITS} --objects --objects-edge --unpacked --disk-usage? --use-bitmap-index --header --quiet --filter=`),
  'rev-parse':
    reads(`--abbrev-ref? --all --branches? --tags? --remotes? --git-dir --absolute-git-dir --git-common-dir --is-inside-git-dir --is-inside-work-tree --is-bare-repository --is-shallow-repository
    --show-toplevel --show-cdup --show-prefix --show-superproject-working-tree --show-object-format? --short? --symbolic --symbolic-full-name --verify -q --quiet --not --sq --default: --prefix:
    --revs-only --no-revs --flags --no-flags --parseopt --sq-quote --since= --until= --git-path: --path-format= --local-env-vars --shared-index-path --disambiguate= --show-ref-format`),
  describe: reads(
    '--dirty? --broken? --all --tags --contains --abbrev= --candidates= --exact-match --debug --long --match= --exclude= --always --first-parent',
  ),
  blame:
    reads(`${OUTPUT} -b --root --show-stats -L: -l -t -S: --reverse --porcelain -p --line-porcelain --incremental --encoding= --contents=< --date= -f --show-name -n --show-number -s -e --show-email
    -w --ignore-rev= --ignore-revs-file=< --score-debug --first-parent --progress`),
  annotate: reads('-l -t -L: -n -e -s -w'),
  grep: reads(
    `--cached --untracked --recurse-submodules~ --no-index~ --exclude-standard -a --text --textconv^ --no-textconv -i --ignore-case -I --max-depth= -r --recursive -w --word-regexp -v
    --invert-match -h -H --full-name -E --extended-regexp -G --basic-regexp -P --perl-regexp -F --fixed-strings -n --line-number --column -l --files-with-matches --name-only -L
    --files-without-match -O?! --open-files-in-pager?! -z --null -o --only-matching -c --count --color? --no-color --break --heading -p --show-function -A: -B: -C: -# --after-context=
    --before-context= --context= -W --function-context -m: --max-count= --threads= -f:< -e: --and --or --not --all-match -q --quiet`,
    { given: ['-e', '-f'], operands: 'expression' },
  ),
  'ls-files':
    reads(`-c --cached -d --deleted -m --modified -o --others -i --ignored -s --stage --directory --no-empty-directory -u --unmerged -k --killed -z -x: --exclude= -X:< --exclude-from=<
    --exclude-per-directory= --exclude-standard --error-unmatch --with-tree= -t -v -f --full-name --recurse-submodules~ --abbrev? --debug --deduplicate --eol --format= --sparse --resolve-undo`),
  'ls-tree': reads('-d -r -t -l --long -z --name-only --name-status --object-only --abbrev? --full-name --full-tree --format='),
  'cat-file': reads(
    `-t -s -e -p --allow-unknown-type --batch? --batch-check? --batch-command? --batch-all-objects --buffer --unordered --follow-symlinks --textconv^ --filters^ --path= -z -Z --use-mailmap`,
  ),
  'show-ref': reads('--head -d --dereference --hash? -s? --verify --exists --abbrev? -q --quiet --heads --branches --tags --exclude-existing?'),
  'for-each-ref': reads(
    '--count= --sort= --format= --color? --points-at= --merged? --no-merged? --contains? --no-contains? --ignore-case --omit-empty --exclude= --stdin --include-root-refs',
  ),
  'merge-base': reads('-a --all --octopus --independent --is-ancestor --fork-point'),
  'merge-tree': reads('--write-tree~ -z --name-only --messages --no-messages --allow-unrelated-histories --merge-base= --trivial-merge'),
  'name-rev': reads('--tags --refs= --exclude= --all --annotate-stdin --name-only --no-undefined --always'),
  'count-objects': reads('-v -H --verbose --human-readable'),
  'check-ignore': reads('-q -v -n -z --stdin --no-index --quiet --verbose --non-matching'),
  'check-attr': reads('-a --all --cached --stdin -z --source='),
  'check-ref-format': reads('--branch --normalize --allow-onelevel'),
  cherry: reads('-v --abbrev?'),
  'range-diff': reads(`${OUTPUT} --creation-factor= --no-dual-color --left-only --right-only --notes?`),
  'show-branch': reads(
    '-a -r --all --remotes --current --topo-order --date-order --sparse --more= --list --merge-base --independent --sha1-name --no-name --topics -g? --reflog? --color?',
  ),
  'verify-commit': changes('-v --raw'),
  'verify-tag': changes('-v --raw --format='),
  var: reads('-l'),
  version: reads('--build-options'),
  help: changes('-a -g -c --all --guides'),
  fsck: reads('--unreachable --dangling --root --tags --cache --reflogs --full --strict --verbose --progress --connectivity-only --name-objects --lost-found^'),
};
