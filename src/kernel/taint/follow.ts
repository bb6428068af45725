import { relative } from 'node:path';
import { type Capability, covers } from '../capability.ts';
import { type AbsPath, numberOf } from '../ids.ts';
import type { Effect } from '../tool.ts';
import type { Ledger } from './ledger.ts';
import { type Made, takeIn } from './take.ts';
import type { Label } from './texts.ts';

/** A call that has run. */
export interface Ran extends Made {
  readonly id: string;
  readonly needs: readonly Capability[];
  readonly effect: Effect;
  /** What the model reads of it. */
  readonly text: string;
  /** Sources of it that nobody answers for, as the log has them; absent: they are found out. */
  readonly taint?: readonly string[] | undefined;
}

/** What the user said of the places a run reads from. */
export interface Ground {
  readonly cwd: AbsPath;
  /** The folder is trusted: its files are as good as a tool. */
  readonly isTrusted: boolean;
  /** Hosts, servers and programs whose results are believed. */
  readonly trusts: readonly Capability[];
}

/** Takes a result into what its process has read, and what it may have written into what the run has. Returns its label. */
export function follow(ledger: Ledger, ran: Ran, ground: Ground): Label | undefined {
  const label = labelOf(ledger, ran, ground);
  if (label) takeIn(ledger, { ...ran, isForeign: ran.needs.some((need) => need.on === 'mcp' || need.on === 'program') }, { ...label, text: ran.text });
  if (ran.effect !== 'read') remember(ledger, ran, label?.integrity === 'untrusted' && !label.isFolder ? label.sources : []);
  return label;
}

/** A host that was named before anybody else could name it stays so; one that a person let pass once does not. */
export function reach(ledger: Ledger, id: string, needs: readonly Capability[], rule: string): void {
  const hosts = needs.flatMap((need) => (need.on === 'net' && rule !== 'answer' ? [need.host.replace(/:(?:80|443)$/u, '')] : []));
  if (hosts.length > 0) ledger.add({ integrity: 'program', sources: [`a call before (${id})`], text: hosts.join('\n') }, numberOf(id));
}

/** For the log: where the text of an entry came from. */
export const taintOf = (label: Label | undefined): readonly string[] | undefined =>
  label?.integrity === 'untrusted' ? label.sources.slice(0, MAX_TAINT) : undefined;

const MAX_TAINT = 8;

/** The files of a folder that is not trusted. */
export const FOLDER = 'files of the folder';

/** Undefined for a result that says nothing the process did not know. */
function labelOf(ledger: Ledger, ran: Ran, ground: Ground): Label | undefined {
  const { needs, tool, id } = ran;
  const outside = needs.filter((need) => need.on === 'net' || need.on === 'mcp' || need.on === 'program' || reachesOut(need));
  const [first] = outside;
  if (!first) return inside(ledger, ran, ground);
  const isTrusted = outside.every((need) => ground.trusts.some((one) => covers(one, need)));
  return isTrusted ? { integrity: 'tool', sources: [`${tool} (${id})`] } : { integrity: 'untrusted', sources: [`${tool} ${nameOf(first)} (${id})`] };
}

function inside(ledger: Ledger, ran: Ran, ground: Ground): Label | undefined {
  const { needs, tool, id } = ran;
  const known = ran.taint?.filter((one) => one !== FOLDER);
  const path = readIn(needs);
  const by = `${tool}${path === undefined ? '' : ` ${relative(ground.cwd, path) || '.'}`} (${id})`;
  if (needs.some((need) => need.on === 'proc')) return derived(known ?? ledger.all(), by);
  if (showsAnything(ran)) return derived(known ?? [...ledger.files.sourcesOf(), ...ledger.sources()], by) ?? ownOf(ground, by);
  if (path === undefined || needs.some((need) => need.on === 'fs' && need.right === 'write')) return undefined;
  return derived(known ?? ledger.files.sourcesOf(path), by) ?? ownOf(ground, by);
}

function readIn(needs: readonly Capability[]): AbsPath | undefined {
  const file = needs.find((need) => need.on === 'fs' && need.right === 'read');
  return file?.on === 'fs' ? file.under : undefined;
}

/** A command may show any file, and all that its process knows; so may what one in the background has printed since. */
const showsAnything = ({ needs, effect }: Ran): boolean => needs.some((need) => need.on === 'exec') || (needs.length === 0 && effect === 'read');

const derived = (sources: readonly string[], by: string): Label | undefined =>
  sources.length === 0 ? undefined : { integrity: 'untrusted', sources: [...new Set(sources)], by };

const ownOf = ({ isTrusted }: Ground, by: string): Label =>
  isTrusted ? { integrity: 'tool', sources: [by] } : { integrity: 'untrusted', sources: [FOLDER], by, isFolder: true };

function nameOf(need: Capability): string {
  if (need.on === 'net') return need.host;
  if (need.on === 'mcp') return need.server;
  if (need.on === 'program') return need.name;
  return need.on === 'exec' ? need.command : '';
}

/** Programs that bring in what others wrote, wherever that is. */
const REACHING =
  /^(?:curl|wget|ssh|scp|sftp|rsync|nc|ncat|socat|telnet|ftp|lynx|links|w3m|http|https|xh|gh|glab|aws|gcloud|az|kubectl|dig|nslookup|whois|psql|mysql|git:(?:clone|fetch|pull|ls-remote|submodule)|npm:(?:view|info|show|search|audit)|docker:(?:pull|run|logs))$/u;

const reachesOut = (need: Capability): boolean => need.on === 'exec' && REACHING.test(need.command);

/** What the model knew when it wrote the call may be in the files it wrote. */
function remember({ files, sources }: Ledger, { needs }: Ran, came: readonly string[]): void {
  const known = [...new Set([...came, ...sources()])];
  for (const need of needs) {
    if (need.on !== 'fs' || need.right !== 'write') continue;
    files.wrote(need.under, known, !needs.some((one) => one.on === 'exec' || (one.on === 'fs' && one.right === 'read' && one.under === need.under)));
  }
  if (known.length > 0 && needs.some((need) => need.on === 'exec')) files.wroteAnything(known);
}
