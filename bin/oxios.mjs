#!/usr/bin/env node
// Plain JavaScript that an old Node can read: it finds a Node new enough, answers --version and --help at once, and
// loads everything else.
import { existsSync, fstatSync, lstatSync, mkdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const [major, minor] = process.versions.node.split('.').map(Number);
const beside = (path) => fileURLToPath(new URL(path, import.meta.url));

if (major < 24 || (major === 24 && minor < 15)) {
  await runOnOwnNode();
} else {
  // Read once: what Oxios starts itself may again meet an old Node.
  delete process.env.OXIOS_REEXEC;
  const text = process.argv.length === 3 ? quickAnswer(process.argv[2]) : undefined;
  if (text === undefined) await load();
  else print(text);
}

/** The two answers that are known since the build. */
function quickAnswer(word) {
  try {
    if (word === '--version') return `oxios ${JSON.parse(readFileSync(beside('../package.json'), 'utf8')).version}\n`;
    if (word === '--help' || word === '-h') return readFileSync(beside('../dist/help.txt'), 'utf8');
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
  return undefined;
}

/** A reader that went away, as in `oxios --help | head -1`, is no error. */
function print(text) {
  process.stdout.on('error', (error) => {
    if (error.code !== 'EPIPE') throw error;
  });
  process.stdout.write(text);
}

async function load() {
  if (!existsSync(beside('../dist/cli/main.js'))) return refuse(`oxios is not built: run npm run build in ${beside('..')}`);
  const cache = cacheFolder();
  if (cache !== undefined) process.getBuiltinModule('node:module').enableCompileCache(cache);
  await import('../dist/cli/main.js');
}

/**
 * Compiled code is kept between starts in a folder of this user alone: what others can write, others could make us run.
 * Not in the home, which holds nothing but the truth. Without such a folder the start takes longer, nothing else.
 */
function cacheFolder() {
  const uid = process.getuid?.();
  const folder = `${process.getBuiltinModule('node:os').tmpdir()}/oxios-cache-${uid ?? 'user'}${opensShell() ? '-shell' : ''}`;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const stat = lstatSync(folder);
    return stat.isDirectory() && (uid === undefined || (stat.uid === uid && (stat.mode & 0o077) === 0)) ? folder : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Compiled code belongs to the settings of V8 it was compiled with, and the shell has its own (src/cli/boot/heap.ts): in one
 * folder, each would throw away what the other kept. A guess is enough.
 */
function opensShell() {
  const first = process.argv[2] ?? '--';
  return (
    (first.startsWith('--') || first.includes(' ')) && !process.argv.includes('-p') && !process.argv.includes('--print') && fstatSync(0).isCharacterDevice()
  );
}

/** A development checkout brings its own Node as a package. Signals reach the child, and its end becomes ours. */
async function runOnOwnNode() {
  const own = beside('../node_modules/node/bin/node');
  if (process.env.OXIOS_REEXEC || !existsSync(own)) return refuse(`oxios needs Node >= 24.15 and this is ${process.version}: see https://nodejs.org`);
  const { spawn } = await import('node:child_process');
  const { constants } = await import('node:os');
  const child = spawn(own, process.argv.slice(1), { stdio: 'inherit', env: { ...process.env, OXIOS_REEXEC: '1' } });
  child.on('error', (error) => refuse(`oxios could not start ${own}: ${error.message}`));
  child.on('exit', (code, signal) => process.exit(signal ? 128 + constants.signals[signal] : code));
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  process.on('SIGINT', () => {
    if (!inForeground()) child.kill('SIGINT');
  });
}

/**
 * A terminal sends Ctrl-C to its whole foreground group, so the child has it already; told again, it would take it for
 * the second one, which means "at once". Fields of /proc/self/stat after the name: state, ppid, pgrp, session, tty, tpgid.
 */
function inForeground() {
  try {
    const fields = readFileSync('/proc/self/stat', 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return fields[2] === fields[5];
  } catch {
    return process.stdin.isTTY === true;
  }
}

function refuse(message) {
  console.error(message);
  // The environment, not a verdict: src/kernel/error-codes.ts.
  process.exit(5);
}
