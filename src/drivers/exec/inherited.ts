import { readdirSync, readFileSync } from 'node:fs';

/** Set on what a child does not get: fcntl.h of Linux. */
const O_CLOEXEC = 0o2000000;

/**
 * What this process got from the one that started it and would hand on to a command: Node closes only the first few of them. A
 * folder or a socket that the user's shell left open would lead out of every sandbox. `from`: the first descriptor that a command is not given anyway.
 */
export function inherited(from: number): readonly number[] {
  return numbers().filter((fd) => fd >= from && isHandedOn(fd));
}

function numbers(): readonly number[] {
  try {
    return readdirSync('/proc/self/fd').map(Number);
  } catch {
    // No /proc: there is no telling.
    return [];
  }
}

function isHandedOn(fd: number): boolean {
  try {
    const [, flags] = /^flags:\s*([0-7]+)$/mu.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1')) ?? [];
    return flags !== undefined && (Number.parseInt(flags, 8) & O_CLOEXEC) === 0;
  } catch {
    // Closed since the list was made: it was the list's own.
    return false;
  }
}
