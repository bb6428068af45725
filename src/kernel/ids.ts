import { createHash, randomBytes } from 'node:crypto';

declare const brand: unique symbol;
type Brand<T, Name> = T & { readonly [brand]: Name };

/** One job given to a kernel, `r_` + base-36 start time + random tail: ids sort by the time they began. */
export type RunId = Brand<string, 'RunId'>;
/** A process number, unique in one home. */
export type Pid = Brand<number, 'Pid'>;
/** One tool call, `c<pid>.<n>`: derived, so that a replay mints the same one. */
export type CallId = Brand<string, 'CallId'>;
/** One open approval or question, `a<pid>.<n>`. */
export type AskId = Brand<string, 'AskId'>;
/** An absolute, lexically normalized path. */
export type AbsPath = Brand<string, 'AbsPath'>;
/** Milliseconds: since the epoch where a time is meant, a span elsewhere. */
export type Millis = number;

export const newRunId = (now: Millis): RunId => `r_${now.toString(36)}${randomBytes(4).toString('hex')}` as RunId;
export const pidOf = (n: number): Pid => n as Pid;
export const callIdOf = (pid: Pid, n: number): CallId => `c${pid}.${n}` as CallId;
/** Which call of its process it is, from 0. */
export const numberOf = (call: string): number => Number(call.split('.')[1]);
export const askIdOf = (pid: Pid, n: number): AskId => `a${pid}.${n}` as AskId;
export const runIdOf = (text: string): RunId => text as RunId;

/** Lower-case hex SHA-256 of UTF-8 text or bytes. */
export const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');
