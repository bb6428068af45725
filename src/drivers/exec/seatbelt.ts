import { join } from 'node:path';
import type { SandboxSpec } from '../../kernel/host.ts';
import { type Access, mountsOf } from './mounts.ts';

/** The profile for sandbox-exec on macOS: later rules win, so it has the order of the mounts. There is no private `/tmp` there. */
export function seatbeltProfile(spec: SandboxSpec): string {
  return [
    '(version 1)',
    '(deny default)',
    '(allow process*)',
    '(allow signal (target same-sandbox))',
    '(allow sysctl-read)',
    '(allow mach-lookup)',
    // These start programs outside, and hold keys and what was copied.
    `(deny mach-lookup ${SERVICES.map((name) => `(global-name "${name}")`).join(' ')})`,
    '(allow ipc-posix*)',
    '(allow file-read*)',
    '(allow file-write* (subpath "/private/tmp") (subpath "/private/var/folders") (literal "/dev/null") (literal "/dev/zero"))',
    ...mountsOf(spec).map(({ path, access }) => RULES[access].replaceAll('PATH', () => quoted(path))),
    // Also where there is no repository yet: one made by a command would run its settings for the user.
    ...spec.writable.map((path) => `(deny file-write* (subpath ${quoted(join(path, '.git'))}))`),
    // A program finds its own working folder by asking about every folder above it.
    '(allow file-read-metadata)',
    spec.net ? '(allow network*)' : '(deny network*)',
  ].join('\n');
}

const SERVICES = [
  'com.apple.coreservices.launchservicesd',
  'com.apple.coreservices.appleevents',
  'com.apple.lsd.open',
  'com.apple.securityd.xpc',
  'com.apple.SecurityServer',
  'com.apple.pasteboard.1',
];

const RULES: Readonly<Record<Access, string>> = {
  write: '(allow file-read* file-write* (subpath PATH))',
  read: '(allow file-read* (subpath PATH))(deny file-write* (subpath PATH))',
  private: '(deny file-read* file-write* (subpath PATH))',
  hidden: '(deny file-read* file-write* (subpath PATH))',
};

/** A string of the profile's language. */
const quoted = (path: string): string => `"${path.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
