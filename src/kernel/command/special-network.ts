import { OxiosError } from '../errors.ts';
import { targetOf } from '../net/target.ts';
import { ask, deny, has, type Seen, valuesOf } from './seen.ts';

const DATA = ['-d', '--data', '--data-ascii', '--data-binary', '--data-urlencode', '--json', '-H', '--header', '--url-query'];

/** Hosts, and files that are sent along. */
export const NETWORK_PROGRAMS: Readonly<Record<string, (seen: Seen) => void>> = {
  curl(seen) {
    for (const url of [...seen.leaf.operands, ...valuesOf(seen, '--url')]) address(seen, url);
    for (const value of valuesOf(seen, ...DATA)) sent(seen, /^(?:[^@=]*=?)?@(.+)$/su.exec(value ?? '')?.[1]);
    for (const value of valuesOf(seen, '-F', '--form')) sent(seen, /^[^=]*=[@<]([^;,]+)/su.exec(value ?? '')?.[1]);
    for (const value of valuesOf(seen, '-b', '--cookie')) if (value?.includes('=')) removeFile(seen, value);
    if (has(seen, '-O', '--remote-name', '--remote-name-all')) seen.files.push({ path: '.', right: 'write' });
  },
  wget(seen) {
    for (const url of seen.leaf.operands) address(seen, url);
    const isNamed =
      has(seen, '-O', '--output-document', '-P', '--directory-prefix', '--spider') || seen.one.args.some((arg) => /^-[a-zA-Z]*O/u.test(arg ?? ''));
    if (!isNamed) seen.files.push({ path: '.', right: 'write' });
  },
  rsync(seen) {
    const target = seen.leaf.operands.at(-1);
    if (seen.leaf.operands.some((word) => word !== undefined && /^(?:rsync:\/\/|[^/]+:)/u.test(word))) {
      seen.files.splice(0, seen.files.length, ...seen.files.filter((file) => !/^(?:rsync:\/\/|[^/]+:)/u.test(file.path ?? '')));
      ask(seen, 'copies files to or from another machine', 'rsync:remote');
    }
    if (seen.one.args.some((arg) => /^--del/u.test(arg ?? '')) && target !== undefined) seen.razes.push({ path: target, sparesWorkspace: true });
    if (valuesOf(seen, '-e', '--rsh').some((value) => value === undefined || !/^ssh(?: -[pl] \w+| -q)*$/u.test(value))) deny(seen, '-e names a program to run');
  },
  scp(seen) {
    for (const path of seen.leaf.operands) if (path !== undefined && !/^(?:scp:\/\/|[^/]+:)/u.test(path)) sent(seen, path);
    remote(seen);
  },
  ssh: remote,
  nc: listens,
  ncat: listens,
  netcat: listens,
  socat(seen) {
    if (seen.one.args.some((arg) => /listen|^exec:|^system:/iu.test(arg ?? ''))) deny(seen, 'opens a door to the network or gives it a program');
  },
};

/** A file that goes out is read. */
function sent(seen: Seen, path: string | undefined): void {
  if (path !== undefined && path !== '-') seen.files.push({ path, right: 'read' });
}

function removeFile(seen: Seen, value: string): void {
  const at = seen.files.findIndex((file) => file.path === value);
  if (at >= 0) seen.files.splice(at, 1);
}

function address(seen: Seen, url: string | undefined): void {
  if (url === undefined) seen.hosts.push('*');
  else if (/^file:/iu.test(url)) sent(seen, url.replace(/^file:(?:\/\/[^/]*)?/iu, ''));
  else reached(seen, /^[a-z][a-z0-9+.-]*:\/\//iu.test(url) ? url : `http://${url}`);
}

/** As if it were fetched; what no page of the web is no command gets either. */
function reached(seen: Seen, url: string): void {
  try {
    seen.hosts.push(/[{}[*]/u.test(url.split('/')[2] ?? '') && !/^https?:\/\/\[[\da-f:.]+\]/iu.test(url) ? '*' : targetOf(url).need.host);
  } catch (error) {
    if (!(error instanceof OxiosError)) throw error;
    if (error.code === 'NET_DENIED') deny(seen, `${url}: ${error.detail}`);
    else seen.hosts.push('*');
  }
}

/** Options in `-o` that run a program here. */
const RUNS =
  /^\s*(?:ProxyCommand|LocalCommand|PermitLocalCommand|KnownHostsCommand|PKCS11Provider|SecurityKeyProvider|Match|Include|ProxyUseFdpass|XAuthLocation|IdentityAgent)\b/iu;

function remote(seen: Seen): void {
  if (valuesOf(seen, '-o').some((value) => value === undefined || RUNS.test(value))) deny(seen, '-o names a program to run');
  if (seen.leaf.operands.some((word) => word?.startsWith('-'))) deny(seen, 'takes a host for an option');
}

function listens(seen: Seen): void {
  if (seen.one.args.some((arg) => /^-[a-zA-Z]*[lec]|^--(?:listen|exec|sh-exec|lua-exec)/u.test(arg ?? '')))
    deny(seen, 'opens a door to the network or gives it a program');
}
