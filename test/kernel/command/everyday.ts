/** What a developer's agent is granted, besides the workspace: six programs. */
export const GRANTS = ['exec:git', 'exec:npm', 'exec:python3', 'exec:cargo', 'exec:go', 'exec:make'] as const;

/** What is typed every day. */
export const EVERYDAY: readonly string[] = `
ls
ls -la
ls -la src/
ls -lh dist
ls -1 src | wc -l
ls -R docs | head -50
pwd
tree -L 2 -I node_modules
cat package.json
cat src/a.ts src/b.ts
cat -n src/a.ts | sed -n 10,40p
head -50 README.md
head -n 100 src/index.ts
tail -20 build.log
tail -n +200 src/a.ts | head -80
wc -l src/*.ts
file dist/app
stat package.json
du -sh node_modules
df -h .
which node npm python3
command -v cargo
type git
node --version
npm -v
python3 --version
cargo --version
go version
uname -a
date
whoami
id -u
echo $HOME
echo "done"
printf '%s\\n' one two
sleep 1
env NODE_ENV=test npm test
ps aux | grep node
find . -name '*.ts' -not -path './node_modules/*'
find src -type f -name '*.test.ts' | head -20
find . -maxdepth 2 -type d
find . -name '*.py' -newer setup.py
find src -name '*.ts' -exec grep -l useState {} +
find . -name '*.js' | xargs grep -n TODO
find . -type f -size +1M -ls
grep -rn TODO src
grep -rn "function foo" --include=*.ts .
grep -c import src/a.ts
grep -rl useState src | sort | uniq
grep -E 'foo|bar' -A 3 -B 3 src/a.ts
grep -v '^#' config.ini | grep -v '^$'
rg TODO
rg -n 'export const' src
rg -l foo --type ts
rg --files | head -100
rg -uu foo -g '!node_modules'
rg 'fn main' -t rust -C 3
rg -i --hidden --glob '!.git' token
sed -n 1,80p src/a.ts
sed -n '100,150p' src/a.ts
sed -i 's/foo/bar/g' src/a.ts
sed -e 's/a/b/' -e 's/c/d/' a.txt
awk '{print $2}' a.txt
awk -F, 'NR > 1 { sum += $3 } END { print sum }' data.csv
cut -d: -f1 a.txt | sort -u
sort a.txt | uniq -c | sort -rn | head -20
tr -d '\\r' < a.txt
diff a.txt b.txt
diff -u old.ts new.ts
diff -r dist dist.old
cmp a.bin b.bin
md5sum dist/app.js
sha256sum dist/*.tgz
jq .scripts package.json
jq -r '.dependencies | keys[]' package.json
jq '.version' package.json
xxd a.bin | head
column -t -s, data.csv
basename "$PWD"
realpath src/a.ts
test -f package.json && echo yes
[ -d node_modules ] || npm ci
for f in src/*.ts; do wc -l "$f"; done
for f in a b c; do echo $f; done
if [ -f Makefile ]; then make; fi
while read -r line; do echo "$line"; done < list.txt
cd src && ls
cd packages/core && npm test
cd src && grep -rn foo . | head
(cd docs && ls)
mkdir -p src/components
mkdir build
touch src/new.ts
cp src/a.ts src/b.ts
cp -r src/a src/b
mv src/a.ts src/c.ts
rm src/old.ts
rm -f build.log
ln -s src/a.ts link.ts
chmod +x scripts/run.sh
echo "x" > notes.txt
echo "node_modules" >> .gitignore
cat a.txt b.txt > c.txt
cat > src/x.ts <<'E'\\nexport const x = 1;\\nE
npm test 2>&1 | tail -40
npm test 2>&1 | tee test.log
git status
git status --short
git status -sb
git diff
git diff --stat
git diff --cached
git diff HEAD~1 -- src/a.ts
git diff main...HEAD --name-only
git log
git log --oneline -10
git log --oneline --graph --all -20
git log -p -1 -- src/a.ts
git log --since='2 weeks ago' --author=me --format='%h %s'
git show
git show HEAD --stat
git show HEAD~2:src/a.ts
git blame -L 10,20 src/a.ts
git branch
git branch -a
git branch --show-current
git branch feature/x
git checkout -b feature/y
git checkout main
git switch -c feature/z
git switch main
git add .
git add -A
git add src/a.ts
git commit -m "fix: a bug"
git commit -am 'feat: b'
git commit --no-verify -m wip
git commit -m "$(cat <<'E'\\nfeat: c\\n\\nMore.\\nE\\n)"
git add -A && git commit -m 'x' && git push
git push
git push -u origin feature/x
git push origin main --tags
git pull
git pull --rebase
git fetch
git fetch --all --prune
git merge main
git merge --no-ff feature/x
git rebase main
git rebase --continue
git cherry-pick abc123
git revert abc123 --no-edit
git stash
git stash push -m wip
git stash -u
git stash pop
git stash list
git tag v1.2.3
git tag -l 'v1.*'
git remote -v
git remote get-url origin
git rev-parse HEAD
git rev-parse --show-toplevel
git ls-files | wc -l
git ls-files '*.ts'
git grep -n foo
git restore --staged src/a.ts
git reset HEAD~1
git reset src/a.ts
git mv a.ts b.ts
git rm --cached big.bin
git config user.name
git config --get remote.origin.url
git describe --tags
git shortlog -sn
git reflog -5
git clean -nd
git worktree list
git -C packages/core log -1
git -c color.ui=false diff
git --no-pager log -3
git init
git submodule update --init --recursive
npm test
npm t
npm run build
npm run lint -- --fix
npm run test -- --watch=false
npm run dev
npm start
npm install
npm ci
npm i -D vitest
npm install --save-dev typescript@5
npm uninstall lodash
npm ls
npm ls --depth=0
npm outdated
npm audit
npm view react version
npm run -s typecheck
npm --prefix packages/a test
npm run build --workspace=packages/a
npm pack --dry-run
npx tsc
npx tsc --noEmit
npx tsc -p tsconfig.json
npx eslint . --ext .ts,.tsx
npx eslint --fix src
npx prettier --check .
npx prettier --write src/a.ts
npx vitest run
npx vitest run src/a.test.ts -t 'a test'
npx jest --coverage
npx playwright test
npx biome check --write .
npx -y create-vite app
tsc --noEmit
eslint src
prettier --write .
vitest run
jest
node script.js
node dist/index.js --port 3000
node -e 'console.log(1)'
node -p 'process.version'
node --test
node --test --test-reporter=spec test/
node --check src/a.js
NODE_ENV=production node server.js
CI=1 npm test
FORCE_COLOR=0 npx vitest run
pytest
pytest -q
pytest -x -k test_foo tests/test_a.py
pytest --cov=src --cov-report=term-missing
python3 script.py
python3 -m pytest
python3 -m pytest -q tests
python3 -m venv .venv
python3 -m pip install -e .
python3 -c 'print(1)'
python3 -m json.tool a.json
python3 - <<'E'\\nprint(1)\\nE
python -m unittest discover
python manage.py test
pip install -r requirements.txt
pip install requests
pip list
pip freeze > requirements.txt
ruff check .
ruff format src
black --check .
mypy src
cargo build
cargo build --release
cargo test
cargo test -- --nocapture
cargo test --lib foo::bar
cargo check
cargo clippy -- -D warnings
cargo clippy --all-targets --all-features
cargo fmt
cargo fmt --check
cargo run
cargo run --bin app -- --help
cargo add serde --features derive
cargo update
cargo tree
cargo doc --no-deps
RUST_BACKTRACE=1 cargo test
go build ./...
go test ./...
go test -run TestFoo -v ./pkg/foo
go test -race -cover ./...
go vet ./...
go run .
go run ./cmd/app --flag x
go mod tidy
go mod download
go get github.com/a/b@latest
go fmt ./...
gofmt -l .
make
make test
make -j4 build
make clean all
make -C docs html
timeout 60 npm test
time npm run build
nice -n 10 cargo build
npm run build && npm test
npm run lint || true
npm test; echo $?
cargo build 2>&1 | grep -E '^error' | head
git diff | head -100
git log --oneline | wc -l
cat package.json | jq .version
ls *.md | xargs wc -l
bash -c 'npm run build && npm test'
set -e; npm ci; npm test
`
  .trim()
  .split('\n')
  .map((line) => line.replaceAll('\\n', '\n').replaceAll("'%s\n'", "'%s\\n'"));
