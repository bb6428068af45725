import { named } from './named.ts';
import type { Program } from './types.ts';

/** Runs code of the project or its tools: any option is theirs, but for those that are listed with a mark. */
const runs = (options?: string, more: Partial<Program> = {}): Program => ({ does: 'changes', ...(options === undefined ? {} : { options }), ...more });
const destroys = (why: string): Program => ({ does: 'destroys', why });
/** Only says its version. */
const PUBLISHES = 'it gives something to the world';
const SIGNS_IN = 'it handles credentials';
const GLOBAL = 'it changes what is installed outside the project';

const PYTHON = '-b -B -c: -d -E -h -i -I -m: -O -OO -P -q -s -S -u -v -V -VV -W: -x -X: --version --help --check-hash-based-pycs=';

const CARGO = `-v -vv -q -j: -p: -F: -r -Z:^ -C:^ -h -V --verbose --quiet --color= --config=! --offline --locked --frozen --release --debug --profile= --target= --target-dir=> --manifest-path=< --lockfile-path=< --features= --all-features
  --no-default-features --package= --workspace --all --exclude= --lib --bin= --bins --example= --examples --test= --tests --bench= --benches --all-targets --doc --no-run --no-fail-fast --jobs= --keep-going --message-format= --timings? --list
  --open^ --no-deps --document-private-items --fix --allow-dirty --allow-staged --allow-no-vcs --edition --edition= --check --emit= --depth= --invert= -i: -e: --edges= --prefix= --duplicates -d --no-dedupe --charset= --format= -f: --dev --build
  --optional --rename= --path=< --git=^ --branch= --tag= --rev= --registry=^ --vers= --version= --dry-run --aggressive --precise= --name= --vcs= --help --test-threads= --nocapture --future-incompat-report --ignore-rust-version --unit-graph --broken`;

const GO = `-a -n -p: -race -msan -asan -cover -covermode: -coverpkg: -v -work -x -asmflags: -buildmode: -buildvcs -compiler: -gccgoflags: -gcflags: -installsuffix: -json -ldflags: -linkshared -mod: -modcacherw -modfile:< -overlay:< -pgo: -pkgdir:
  -tags: -trimpath -o:> -c -exec:! -toolexec:! -vettool:! -args -bench: -benchtime: -benchmem -count: -coverprofile:> -cpu: -failfast -fullpath -list: -parallel: -run: -short -shuffle: -skip: -timeout: -vet: -blockprofile:> -cpuprofile:>
  -memprofile:> -mutexprofile:> -trace:> -outputdir:> -fuzz: -fuzztime: -fuzzminimizetime: -C: -u -t -d -f: -m -deps -e -export -find -test -compiled -versions -retracted -reuse: -i -go: -compat: -diff -print -require: -droprequire:
  -exclude: -replace: -dropreplace: -fmt -module: -graph -vendor: -h -help -all -src -cmd -short -unexported -fix: -V`;
const go = runs(GO, { style: 'single' });

const PIP = `-q -v -V -h --help --version --quiet --verbose --isolated --require-virtualenv --no-input --retries= --timeout= --disable-pip-version-check --no-color --no-python-version-warning -r:< --requirement=< -c:< --constraint=< --no-deps --pre
  -e:< --editable=< --dry-run --upgrade -U --upgrade-strategy= --force-reinstall -I --ignore-installed --ignore-requires-python --no-build-isolation --use-pep517 --no-compile --compile --no-warn-script-location --prefer-binary --no-binary=
  --only-binary= --require-hashes --progress-bar= --no-clean --no-cache-dir --cache-dir= -f: --find-links= --no-index -y --yes --format= --outdated -o --uptodate --local -l --path= --not-required --files --exclude= --all -w:> --wheel-dir=>
  -d:> --dest=> -t:> --target=> --platform= --python-version= --report=> -i:^ --index-url=^ --extra-index-url=^ --trusted-host=^ --user^ --prefix=^ --root=^ --break-system-packages^ --python=! --global-option=^ --config-settings=^ -C:^
  --proxy=^ --cert=^ --client-cert=^ --use-feature= --log=>`;
const pip: Program = {
  does: 'changes',
  style: 'words',
  options: PIP,
  commands: {
    ...named('install uninstall list freeze show check download wheel inspect index hash help search debug', runs(PIP)),
    config: destroys(GLOBAL),
    cache: destroys(GLOBAL),
  },
};

const MAKE = `-# -b -B -C: -d -e -f:< -h -i -I: -j? -k -l? -L -m -n -o: -O? -p -q -r -R -s -S -t -v -w -W: --always-make --directory= --debug? --environment-overrides^ --eval=! --file=< --makefile=< --help --ignore-errors --include-dir=
  --jobs? --keep-going --load-average? --just-print --dry-run --recon --old-file= --output-sync? --print-data-base --question --no-builtin-rules --no-builtin-variables --silent --quiet --no-silent --stop --no-keep-going --touch --trace
  --version --print-directory --no-print-directory --what-if= --warn-undefined-variables --shuffle?`;

/** Builds, tests and checks; those without a table take any option. */
const TOOLS = `tsc tsx ts-node eslint prettier vitest jest mocha ava tap biome vite next nuxt webpack rollup esbuild turbo nx lerna playwright
       cypress knip c8 nyc stylelint svelte-check astro tsup swc babel nodemon concurrently rimraf pytest py.test ruff black isort mypy
       pyright flake8 pylint bandit coverage tox nox pre-commit sphinx-build mkdocs alembic flask uvicorn gunicorn django-admin ipython
       jupyter rustc rustfmt clippy-driver gofmt goimports golangci-lint staticcheck gopls dlv gcc g++ cc c++ clang clang++ clang-format
       clang-tidy ld ar cmake ctest ninja meson bazel mvn gradle gradlew java javac jar kotlinc scala sbt dotnet swift xcodebuild ruby
       rake rspec rubocop bundle rails irb php composer phpunit perl prove lua luajit deno bun bunx mix elixir iex ghc cabal stack zig
       nim dart flutter R Rscript julia poetry uv uvx pipenv pdm hatch rye conda mamba virtualenv shellcheck shfmt hadolint actionlint
       protoc buf just task terraform-docs gawk mawk nawk`;

export const BUILDING: Readonly<Record<string, Program>> = {
  ...named(TOOLS, { does: 'changes' }),
  python: { does: 'changes', style: 'words', options: PYTHON },
  python3: { does: 'changes', style: 'words', options: PYTHON },
  python2: { does: 'changes', style: 'words', options: PYTHON },
  pip,
  pip3: pip,
  cargo: {
    does: 'changes',
    style: 'words',
    options: CARGO,
    commands: {
      ...named(
        `build b check c test t bench doc d clean clippy fix tree metadata update add remove rm new init fetch generate-lockfile
       verify-project version help search info pkgid locate-project package vendor expand audit deny outdated machete llvm-cov
       tarpaulin read-manifest rustc rustdoc miri`,
        runs(CARGO),
      ),
      ...named('run r fmt nextest watch', runs()),
      ...named('publish yank owner', destroys(PUBLISHES)),
      ...named('login logout', destroys(SIGNS_IN)),
      ...named('install uninstall', destroys(GLOBAL)),
    },
  },
  go: {
    does: 'changes',
    style: 'words',
    options: '-C: -h',
    commands: {
      ...named('build test vet fmt fix list mod get doc version help clean work tool', go),
      run: runs(GO, { style: 'single', stops: true }),
      generate: runs(GO, { style: 'single' }),
      env: runs('-json -changed -w^ -u^', { style: 'single' }),
      install: destroys(GLOBAL),
      bug: destroys(PUBLISHES),
      telemetry: destroys(PUBLISHES),
    },
  },
  make: { does: 'changes', options: MAKE },
  gmake: { does: 'changes', options: MAKE },
};
