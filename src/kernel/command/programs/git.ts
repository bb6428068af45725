import { COMMITS, GIT_READING, LOG, OUTPUT } from './git-reading.ts';
import { named } from './named.ts';
import type { Program } from './types.ts';

const reads = (options: string, more: Partial<Program> = {}): Program => ({ does: 'reads', operands: 'read', options: `${options} --help -h`, ...more });
const changes = (options: string, more: Partial<Program> = {}): Program => ({ does: 'changes', options: `${options} --help -h`, ...more });
const destroys = (why: string, more: Partial<Program> = {}): Program => ({ does: 'destroys', why, ...more });
const never = (why: string): Program => ({ does: 'never', why });

const FETCH = `--all --append --atomic --depth= --deepen= --shallow-since= --shallow-exclude= --unshallow --update-shallow --negotiation-tip= --negotiate-only --dry-run --porcelain --write-fetch-head
  -f --force -k --keep --multiple --auto-maintenance --auto-gc --write-commit-graph --prefetch -p --prune -P --prune-tags --no-tags -t --tags -n --refetch --refmap= -j: --jobs= --set-upstream
  --recurse-submodules? --no-recurse-submodules --submodule-prefix= -u --update-head-ok --upload-pack=! -q --quiet -v --verbose --progress -o: --server-option= --show-forced-updates -4 --ipv4
  -6 --ipv6 --stdin --filter= --bundle-uri=^ -a`;
const MERGE = `--commit --no-commit -e --edit --no-edit --cleanup= --ff --no-ff --ff-only -S? --gpg-sign? --log? --no-log --signoff --stat -n --compact-summary --squash --verify -s: --strategy= -X:
  --strategy-option= --verify-signatures --summary -q --quiet -v --verbose --progress --autostash --allow-unrelated-histories -m: --into-name= -F:< --file=< --rerere-autoupdate --overwrite-ignore^
  --abort^ --quit --continue`;
const MESSAGE = `-m: --message= -F:< --file=< -t:< --template=< -C: -c: --reuse-message= --reedit-message= --fixup= --squash= --reset-author --author= --date= --signoff -s --trailer= --no-verify -n
  --allow-empty --allow-empty-message --cleanup= -e --edit --no-edit --no-post-rewrite -i --include -o --only --pathspec-from-file=< --pathspec-file-nul -u? --untracked-files? -v --verbose -q
  --quiet --dry-run --status --no-status -S? --gpg-sign? --no-gpg-sign -p --patch --interactive -a --all --short --branch --porcelain --long -z --null --amend^`;

/** Its subcommands; one that is not here may be an alias, which runs anything. */
const SUBCOMMANDS: Readonly<Record<string, Program>> = {
  ...GIT_READING,

  add: changes(
    '-n --dry-run -v --verbose -f --force --sparse -i --interactive -p --patch -e --edit -A --all --no-all --ignore-removal -u --update -N --intent-to-add --refresh --ignore-errors --ignore-missing --renormalize --chmod= --pathspec-from-file=< --pathspec-file-nul',
  ),
  commit: changes(MESSAGE),
  mv: changes('-f^ --force^ -k -n --dry-run -v --verbose --sparse'),
  rm: changes('-f^ --force^ -n --dry-run -r --cached --ignore-unmatch -q --quiet --sparse --pathspec-from-file=<'),
  init: changes('-q --quiet --bare --template=! --separate-git-dir=^ --object-format= -b: --initial-branch= --shared?'),
  clone:
    changes(`-l -s -q --quiet -v --verbose --progress -n --no-checkout --bare --mirror --local --shared --no-hardlinks --recursive? --recurse-submodules? --shallow-submodules --remote-submodules
    -j: --jobs= --template=! --reference=^ --reference-if-able=^ --dissociate -o: --origin= -b: --branch= -u:! --upload-pack=! --depth= --shallow-since= --shallow-exclude= --single-branch --no-single-branch
    --no-tags --separate-git-dir=^ -c:! --config=! --server-option= -4 -6 --ipv4 --ipv6 --filter= --also-filter-submodules --sparse --bundle-uri=^`),
  fetch: changes(FETCH),
  pull: changes(`${FETCH} ${MERGE} -r? --rebase? --no-rebase`),
  push: changes(`-v --verbose -q --quiet --repo= --all --branches --mirror^ -d^ --delete^ --tags -n --dry-run --porcelain -f^ --force^ --force-with-lease?^ --force-if-includes --recurse-submodules= --thin
    --receive-pack=! --exec=! -u --set-upstream --progress --prune^ --no-verify --follow-tags --signed? --atomic -o: --push-option= -4 -6 --ipv4 --ipv6`),
  'ls-remote': changes(
    '-b -h --heads --branches -t --tags -q --quiet --refs --exit-code --get-url --sort= --symref -o: --server-option= --upload-pack=! --exec=!',
  ),
  merge: changes(MERGE),
  rebase:
    changes(`-i^ --interactive^ -x:~ --exec=~ --onto= --keep-base --root -f --force-rebase --no-ff --fork-point --no-fork-point --ignore-date --committer-date-is-author-date --autosquash
    --autostash -r? --rebase-merges? --update-refs -q --quiet -v --verbose --stat -n --verify -s: --strategy= -X: --strategy-option= --empty= --keep-empty --no-keep-empty --reapply-cherry-picks
    -S? --gpg-sign? --signoff -m --merge --apply --whitespace= -C: --continue --skip^ --abort^ --quit --edit-todo^ --show-current-patch --allow-empty-message --reset-author-date`),
  'cherry-pick': changes(
    '-e --edit --no-edit -x -m: --mainline= -n --no-commit -s --signoff -S? --ff --allow-empty --allow-empty-message --keep-redundant-commits --empty= --strategy= -X: --strategy-option= --cleanup= --continue --skip^ --abort^ --quit -r',
  ),
  revert: changes(
    '-e --edit --no-edit -m: --mainline= -n --no-commit -s --signoff -S? --strategy= -X: --strategy-option= --cleanup= --reference --continue --skip^ --abort^ --quit',
  ),
  tag: changes(
    '-a -s^ -u:^ -f^ -d^ -v -n? -l --list --sort= --color? --ignore-case --column? --contains? --no-contains? --merged? --no-merged? --points-at= -m: -F:< -e --message= --file=< --cleanup= --create-reflog --format= --force^ --delete^ --annotate --sign^ --verify',
  ),
  branch:
    changes(`-v -vv -q -a -r -l --all --remotes --list --show-current --color? --column? --sort= --merged? --no-merged? --contains? --no-contains? --points-at= --format= -i --ignore-case --abbrev?
    -t? --track? --no-track -u: --set-upstream-to= --unset-upstream --create-reflog -d --delete -D^ -f^ --force^ -m --move -M^ -c --copy -C^ --edit-description --recurse-submodules --verbose --quiet`),
  checkout:
    changes(`-q --quiet --progress -f^ --force^ -2^ --ours^ -3^ --theirs^ -b: -B:^ -t? --track? --no-track --guess --no-guess -l -d --detach --orphan= --ignore-skip-worktree-bits -m --merge
    --conflict= -p^ --patch^ --ignore-other-worktrees --recurse-submodules --overwrite-ignore^ --overlay^ --pathspec-from-file=<^`),
  switch: changes(
    '-c: --create= -C:^ --force-create=^ -d --detach --guess --no-guess -f^ --force^ --discard-changes^ -m --merge --conflict= -q --quiet --progress -t? --track? --no-track --orphan= --ignore-other-worktrees --recurse-submodules',
  ),
  restore: destroys('it throws away changes that are not committed'),
  reset: changes('-q --quiet --soft --mixed -N --hard^ --merge^ --keep^ -p --patch --recurse-submodules^ --pathspec-from-file=< --refresh'),
  stash: changes('-p --patch -S --staged -k --keep-index -q --quiet -u --include-untracked -a --all -m: --message=', {
    commands: {
      list: LOG,
      show: LOG,
      push: changes('-p --patch -S --staged -k --keep-index -q --quiet -u --include-untracked -a --all -m: --message= --pathspec-from-file=<'),
      save: changes('-p -S -k -q -u -a --keep-index --quiet --include-untracked --all --staged --patch'),
      apply: changes('--index -q --quiet'),
      pop: changes('--index -q --quiet'),
      branch: changes(''),
      create: changes(''),
      store: changes('-m: -q'),
      drop: destroys('what was stashed is lost'),
      clear: destroys('what was stashed is lost'),
    },
  }),
  clean: destroys('it deletes files that Git does not know'),
  worktree: changes('', {
    commands: {
      list: reads('-v --verbose --porcelain -z --expire='),
      add: changes(
        '-f^ --force^ -b: -B:^ -d --detach --checkout --no-checkout --guess-remote --no-guess-remote --track --no-track --lock --reason= --orphan -q --quiet',
      ),
      lock: changes('--reason='),
      unlock: changes(''),
      move: changes('-f^ --force^'),
      prune: changes('-n --dry-run -v --verbose --expire='),
      remove: destroys('it deletes a working tree'),
      repair: changes(''),
    },
  }),
  remote: reads('-v --verbose', {
    operands: 'text',
    commands: {
      show: changes('-n'),
      'get-url': reads('--push --all', { operands: 'text' }),
      add: changes('-t: -m: -f --tags --no-tags --mirror?^'),
      rename: changes('--progress --no-progress'),
      remove: destroys('the branches it tracked are gone with it'),
      rm: destroys('the branches it tracked are gone with it'),
      'set-url': destroys('it changes where commits are sent'),
      'set-head': changes('-a -d --auto --delete'),
      'set-branches': changes('--add'),
      update: changes('-p --prune'),
      prune: changes('-n --dry-run'),
    },
  }),
  config: destroys('what stands in the configuration may name programs that Git runs', {
    commands: {
      list: reads('--show-origin --show-scope --name-only -z --null --local --includes', { operands: 'text' }),
      get: reads('--all --show-origin --show-scope -z --null --local --type= --default= --bool --int --path --includes --regexp', { operands: 'text' }),
    },
  }),
  submodule: changes('-q --quiet --cached', {
    commands: {
      status: changes('--cached --recursive -q --quiet'),
      summary: changes('--cached --files --summary-limit='),
      init: changes(''),
      update: changes(
        '--init --recursive --remote --no-fetch -N --depth= --jobs= -j: --checkout --merge --rebase --single-branch --recommend-shallow --progress -f^ --force^ --reference=^ --filter=',
      ),
      sync: changes('--recursive'),
      add: changes('-b: -f^ --force^ --name= --reference=^ --depth='),
      deinit: destroys('it deletes the working tree of a submodule'),
      foreach: changes('--recursive'),
      absorbgitdirs: changes(''),
      'set-branch': changes('-b: -d --branch= --default'),
      'set-url': destroys('it changes where code is fetched from'),
    },
  }),
  bisect: changes('', {
    commands: {
      start: changes('--no-checkout --first-parent --term-new= --term-old= --term-good= --term-bad='),
      run: changes(''),
      log: reads(''),
      ...named('good bad new old skip reset visualize view replay terms next', changes('')),
    },
  }),
  notes: changes('--ref=', {
    commands: {
      list: reads(''),
      show: reads(''),
      add: changes('-f^ -m: -F:< -C: -c:'),
      append: changes('-m: -F:<'),
      copy: changes('-f^'),
      edit: changes(''),
      merge: changes('-v -q -s:'),
      remove: destroys('notes are lost'),
      prune: destroys('notes are lost'),
    },
  }),
  reflog: reads(`${COMMITS} ${OUTPUT}`, {
    commands: {
      show: LOG,
      exists: reads(''),
      list: reads(''),
      expire: destroys('what nothing else names is lost'),
      delete: destroys('what nothing else names is lost'),
    },
  }),
  apply: changes(
    '--stat --numstat --summary --check --index -N --cached -3 --3way --build-fake-ancestor=> -R --reverse --reject -z -p: -C: --unidiff-zero --apply --exclude= --include= --ignore-space-change --ignore-whitespace --whitespace= --recount --directory= -v --verbose -q --quiet --inaccurate-eof --allow-empty --unsafe-paths!',
    { operands: 'read' },
  ),
  am: changes(
    '-s --signoff -k --keep --3way -3 --no-3way -q --quiet -u --utf8 --whitespace= -C: -p: --directory= --exclude= --include= --reject -i -m -S? --continue -r --resolved --skip^ --abort^ --quit --show-current-patch? --patch-format= --empty=',
    { operands: 'read' },
  ),
  'format-patch': changes(
    `${COMMITS} ${OUTPUT} -o:> --output-directory=> --stdout -k -N -s --signoff --attach? --inline? --thread? --in-reply-to= --cover-letter --subject-prefix= -v: --reroll-count= --suffix= --numbered --base= --numbered-files --to= --cc= --from?`,
  ),
  archive: changes(
    '--format= --prefix= -o:> --output=> --list -l -v --verbose --add-file=< --add-virtual-file= --worktree-attributes -0 -1 -9 --mtime= --remote=! --exec=!',
  ),
  bundle: changes('', { commands: { create: changes('-q --all --progress --version='), verify: reads('-q'), 'list-heads': reads(''), unbundle: changes('') } }),
  gc: changes('--aggressive --auto -q --quiet --force^ --prune?^ --no-prune --keep-largest-pack --cruft --detach'),
  repack: changes('-a -A -d -f -F -l -q -n -m -b -g: --cruft --keep-unreachable'),
  maintenance: changes('', {
    commands: {
      run: changes('--task= --auto --schedule? -q --quiet'),
      start: never('it plans commands that run later'),
      register: destroys('it writes the configuration of the user'),
      unregister: changes(''),
    },
  }),
  prune: destroys('objects that nothing names are lost'),
  'update-ref': destroys('a branch may lose its commits'),
  'symbolic-ref': destroys('a branch may lose its commits'),
  'update-index': changes(
    '--add --remove --refresh -q --really-refresh --chmod= --assume-unchanged --no-assume-unchanged --skip-worktree --no-skip-worktree --cacheinfo --index-info --again -g',
  ),
  'hash-object': changes('-t: -w --stdin --path= --no-filters --literally', { operands: 'read' }),
  'filter-branch': destroys('it rewrites history'),
  'filter-repo': destroys('it rewrites history'),
  replace: destroys('it puts other objects in place of commits'),
  'sparse-checkout': changes('', {
    commands: {
      list: reads(''),
      init: changes('--cone --no-cone'),
      set: changes('--cone --no-cone --stdin'),
      add: changes('--stdin'),
      reapply: changes(''),
      disable: changes(''),
    },
  }),
  lfs: changes('', {
    commands: named('ls-files status pull fetch push track untrack env version', { does: 'changes' }),
  }),
  difftool: destroys('it runs the program that is configured', {
    options: '-x:! --extcmd=! -t: --tool= -y --no-prompt --prompt -d --dir-diff -g --gui --cached --staged --tool-help',
  }),
  mergetool: destroys('it runs the program that is configured', { options: '-t: --tool= -y --no-prompt --prompt -g --gui --tool-help' }),
  credential: never('it hands out passwords'),
  'credential-store': never('it hands out passwords'),
  'credential-cache': never('it hands out passwords'),
  daemon: never('it serves the repository to the network'),
  instaweb: never('it serves the repository to the network'),
  'http-backend': never('it serves the repository to the network'),
  hook: never('it runs what stands in the hooks'),
  'send-email': destroys('it sends mail'),
  svn: destroys('it writes to another repository'),
  p4: destroys('it writes to another repository'),
};

/** The options in front; `-c` sets anything, so that only what cannot run a program is let through. */
export const GIT: Program = {
  does: 'changes',
  style: 'words',
  options: `-v --version -h --help -C: -c: --exec-path?! --html-path --man-path --info-path -p --paginate -P --no-pager --no-replace-objects --no-lazy-fetch --no-optional-locks --no-advice --bare^ --git-dir=^
    --work-tree=^ --namespace=^ --config-env=! --super-prefix=^ --literal-pathspecs --glob-pathspecs --noglob-pathspecs --icase-pathspecs --attr-source= --list-cmds=`,
  commands: SUBCOMMANDS,
};
