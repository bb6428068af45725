import { sightOf } from '../command/sight.ts';
import type { SimpleCommand } from '../command/simple.ts';
import type { Destination } from './destination.ts';

/** What a script runs, and whom it names beyond the hosts that are among its needs. A script that only looks at files does nothing to anybody. */
export function destinationsOfCommands(commands: readonly SimpleCommand[]): readonly Destination[] {
  const acting = commands.filter((one) => !sightOf(one).reads);
  if (acting.length === 0) return [];
  return [
    ...acting.map((one): Destination => ({ kind: 'command', argument: 'command', value: [one.program, ...one.args].join(' ') })),
    ...commands.flatMap((one) => one.args.flatMap((arg) => addressIn(one.program, arg ?? '') ?? [])),
  ];
}

/** A whole word that is a URL, or one behind `=`; to a program of remote shells also the name of a host. */
function addressIn(program: string, word: string): Destination | undefined {
  const url = /^(?:-{1,2}[\w-]+=)?([a-z][a-z0-9+.-]*:\/\/\S+)$/iu.exec(word)?.[1];
  if (url !== undefined) return /^file:/iu.test(url) ? undefined : { kind: 'address', argument: 'command', value: url };
  const [, host] = (REMOTE.has(program) && /^(?:[^@/\s:]+@)?([\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+)(?=$|[:/])/u.exec(word)) || [];
  return host === undefined ? undefined : { kind: 'address', argument: 'command', value: host };
}

const REMOTE = new Set(['ssh', 'scp', 'sftp', 'rsync', 'nc', 'ncat', 'socat', 'telnet', 'ftp', 'ping', 'dig', 'nslookup', 'host', 'whois']);
