#!/usr/bin/env node
// Plain JavaScript that an old Node can read: it finds a Node new enough, answers --version and --help at once, and
// loads everything else.
const [major, minor] = process.versions.node.split('.').map(Number);
const args = process.argv.slice(2);

if (major < 24 || (major === 24 && minor < 15)) {
  await runOnOwnNode();
} else {
  const { readFileSync } = await import('node:fs');
  const beside = (path) => new URL(path, import.meta.url);
  const only = args.length === 1 ? args[0] : '';
  if (only === '--version') {
    console.log(`oxios ${JSON.parse(readFileSync(beside('../package.json'), 'utf8')).version}`);
  } else if ((only === '--help' || only === '-h') && !process.env.OXIOS_HELP_LIVE) {
    const help = readOr(readFileSync, beside('../dist/help.txt'));
    if (help === undefined) await main();
    else process.stdout.write(help);
  } else {
    await main();
  }
}

async function main() {
  const { enableCompileCache } = await import('node:module');
  enableCompileCache?.();
  const { existsSync } = await import('node:fs');
  const entry = new URL('../dist/cli/main.js', import.meta.url);
  if (!existsSync(entry)) {
    console.error('oxios is not built: run npm run build in its folder');
    process.exit(1);
  }
  await import(entry.href);
}

function readOr(read, path) {
  try {
    return read(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** A development checkout brings its own Node as a package. Signals reach the child, its end becomes ours. */
async function runOnOwnNode() {
  const { existsSync } = await import('node:fs');
  const { fileURLToPath } = await import('node:url');
  const own = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url));
  if (process.env.OXIOS_REEXEC || !existsSync(own)) {
    console.error(`oxios needs Node >= 24.15 (this is ${process.version})`);
    process.exit(1);
  }
  const { spawn } = await import('node:child_process');
  const child = spawn(own, process.argv.slice(1), { stdio: 'inherit', env: { ...process.env, OXIOS_REEXEC: '1' } });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    if (signal) {
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
    } else process.exit(code ?? 1);
  });
}
