import { named } from './named.ts';
import type { Program } from './types.ts';

const runs = (options: string): Program => ({ does: 'changes', options });
const destroys = (why: string): Program => ({ does: 'destroys', why });
const PUBLISHES = 'it gives something to the world';
const SIGNS_IN = 'it handles credentials';
const GLOBAL = 'it changes what is installed outside the project';

const NPM_OPTIONS = `-w: --workspace= -ws --workspaces --include-workspace-root --prefix= -C: --if-present --silent -s --loglevel= --ignore-scripts --no-audit --audit --no-fund --fund --json --long -l --parseable -p
  --depth= --all -a --omit= --include= -D --save-dev -P --save-prod -O --save-optional --save-peer -E --save-exact -S --save --no-save --no-package-lock --package-lock --package-lock-only --legacy-peer-deps --strict-peer-deps
  --force -f --prefer-offline --offline --prefer-online --production --only= --no-optional --no-progress --progress --color? --no-color -q --quiet -d -dd --verbose --version -v --help -h -y --yes --no --dry-run
  --foreground-scripts --engine-strict --install-strategy= --no-bin-links --no-shrinkwrap --no-update-notifier --package= -c:^ --call=^ --tag= --access= --registry=^ --script-shell=! --userconfig=^ --globalconfig=^ --node-options=!
  --git=! --shell=! --editor=! --viewer=! --unsafe-perm^ -g^ --global^ --location=^ --otp=^ --workspaces-update --diff= --description --searchlimit= --run -r --recursive --filter= -F: --parallel --stream --frozen-lockfile
  --no-frozen-lockfile --immutable --mode= --aggregate-output --reporter= --fix-lockfile --shamefully-hoist --bail --no-bail --sort --no-sort --check-files --non-interactive --pure-lockfile --ignore-engines --cwd= --dir=
  --update -u -i -o --dev --prod --latest -L --interactive --workspace-root --lockfile-only --resolution-only --ignore-workspace -A`;

const npm = (commands: Readonly<Record<string, Program>>): Program => ({ does: 'changes', style: 'words', options: NPM_OPTIONS, commands });
/** What follows the name of a script is its own. */
const script: Program = { does: 'changes' };
const npmCommand = runs(NPM_OPTIONS);

const PACKAGES: Readonly<Record<string, Program>> = {
  ...named('test t tst run run-script rum urn start stop restart exec x dlx create init node', script),
  ...named(
    `install i add ci clean-install install-test it uninstall un remove rm r update up upgrade prune dedupe ddp rebuild rb link ln audit
       fund ls list la ll outdated view info show v why explain query search pack root bin prefix version pkg diff ping help docs doctor
       shrinkwrap sbom import fetch licenses workspaces workspace patch patch-commit deploy why up constraints plugin`,
    npmCommand,
  ),
  ...named('publish unpublish deprecate dist-tag star unstar stage', destroys(PUBLISHES)),
  ...named('login logout adduser token owner access team org profile hook whoami trust', destroys(SIGNS_IN)),
  ...named('config c set get cache edit setup env self-update store server', destroys(GLOBAL)),
};

const NODE = `-e: --eval= -p? --print? -c --check -i --interactive -r:< --require=< --import=< -v --version -h --help -C: --conditions= --test --test-only --test-reporter= --test-reporter-destination=> --test-name-pattern= --test-skip-pattern=
  --test-concurrency= --test-timeout= --test-shard= --test-coverage-include= --test-coverage-exclude= --test-coverage-branches= --test-coverage-functions= --test-coverage-lines= --test-force-exit --test-isolation= --test-update-snapshots
  --test-global-setup=< --experimental-test-coverage --experimental-test-snapshots --experimental-test-module-mocks --experimental-test-isolation= --watch --watch-path= --watch-preserve-output --env-file=< --env-file-if-exists=< --enable-source-maps --trace-warnings
  --trace-deprecation --trace-uncaught --trace-exit --trace-sync-io --no-warnings --disable-warning= --no-deprecation --throw-deprecation --pending-deprecation --unhandled-rejections= --stack-trace-limit= --max-old-space-size= --max-semi-space-size=
  --expose-gc --expose_gc --experimental-vm-modules --experimental-strip-types --experimental-transform-types --no-experimental-strip-types --experimental-sqlite --experimental-json-modules --experimental-specifier-resolution= --experimental-permission --permission
  --allow-fs-read= --allow-fs-write= --allow-child-process --allow-worker --preserve-symlinks --input-type= --run= --cpu-prof --heap-prof --prof --stack-size= --jitless --no-addons --loader=< --experimental-loader=< --experimental-import-meta-resolve
  --experimental-wasm-modules --experimental-default-type= --icu-data-dir= --title= --max-http-header-size= --dns-result-order= --inspect?^ --inspect-brk?^ --inspect-wait?^ --inspect-port=^ --openssl-config=^ --tls-keylog=^ --use-openssl-ca --use-system-ca --v8-options
  --es-module-specifier-resolution= --harmony --no-opt --report-on-signal --zero-fill-buffers --build-sea=`;

/** Node, and what installs and runs its packages. */
export const JAVASCRIPT: Readonly<Record<string, Program>> = {
  npm: npm(PACKAGES),
  pnpm: npm(PACKAGES),
  /** `yarn x` runs the script x. */
  yarn: { does: 'changes', style: 'words', options: NPM_OPTIONS, commands: { ...PACKAGES, npm: destroys(PUBLISHES), global: destroys(GLOBAL) } },
  npx: {
    does: 'changes',
    style: 'words',
    options:
      '-p: --package= -c:^ --call=^ -y --yes --no --no-install -q --quiet --version -v --help -h -w: --workspace= --workspaces --ignore-existing --prefer-offline --offline --script-shell=! --shell=! --node-options=! -n:^ --node-arg=^ --registry=^',
  },
  node: { does: 'changes', style: 'words', options: NODE },
  nodejs: { does: 'changes', style: 'words', options: NODE },
};
