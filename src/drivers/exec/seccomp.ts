/**
 * The system calls that a command has no use for and that lead around its namespaces, as a seccomp filter (classic BPF,
 * seccomp(2)): keys of the session, sockets to the hypervisor, io_uring (which opens sockets past this filter), namespaces of its
 * own, what is typed into a terminal. They fail as if the kernel did not know them, or as forbidden. Undefined where the numbers
 * are not known: namespaces and mounts hold there alone.
 */
export function seccompFilter(arch: string = process.arch): Uint8Array | undefined {
  const machine = MACHINES[arch];
  if (!machine) return undefined;
  const program = [
    load(ARCH),
    // Another calling convention has other numbers: all of it is refused.
    ...unless(machine.audit, refuse(EPERM)),
    load(NUMBER),
    ...(machine.x32 ? ifBit(X32, refuse(ENOSYS)) : []),
    ...machine.refused.flatMap((number) => ifEqual(number, refuse(EPERM))),
    // Its flags lie in memory, where no filter can look: programs fall back to `clone`.
    ...ifEqual(CLONE3, refuse(ENOSYS)),
    ...ifEqual(machine.clone, [load(FIRST), ...ifBit(NEW_USER, refuse(EPERM)), ALLOW]),
    ...ifEqual(machine.unshare, [load(FIRST), ...ifBit(NEW_USER, refuse(EPERM)), ALLOW]),
    ...ifEqual(machine.socket, [load(FIRST), ...FAMILIES.flatMap((family) => ifEqual(family, [ALLOW])), ...refuse(EAFNOSUPPORT)]),
    ...ifEqual(machine.ioctl, [load(SECOND), ...TYPING.flatMap((request) => ifEqual(request, refuse(EPERM))), ALLOW]),
    ALLOW,
  ];
  const bytes = new DataView(new ArrayBuffer(program.length * 8));
  program.forEach(({ code, yes, no, value }, at) => {
    bytes.setUint16(at * 8, code, true);
    bytes.setUint8(at * 8 + 2, yes);
    bytes.setUint8(at * 8 + 3, no);
    bytes.setUint32(at * 8 + 4, value, true);
  });
  return new Uint8Array(bytes.buffer);
}

/** linux/filter.h: the operation, how many steps to skip, and a constant. */
interface Step {
  readonly code: number;
  readonly yes: number;
  readonly no: number;
  readonly value: number;
}

const load = (offset: number): Step => ({ code: 0x20, yes: 0, no: 0, value: offset });
const ret = (value: number): Step => ({ code: 0x06, yes: 0, no: 0, value });
const ALLOW = ret(0x7fff0000);
const refuse = (errno: number): readonly Step[] => [ret(0x00050000 | errno)];

const ifEqual = (value: number, then: readonly Step[]): readonly Step[] => [{ code: 0x15, yes: 0, no: then.length, value }, ...then];
const unless = (value: number, then: readonly Step[]): readonly Step[] => [{ code: 0x15, yes: then.length, no: 0, value }, ...then];
const ifBit = (value: number, then: readonly Step[]): readonly Step[] => [{ code: 0x45, yes: 0, no: then.length, value }, ...then];

/** Offsets in `struct seccomp_data`; of an argument its lower half, where these arguments lie on little-endian machines. */
const [NUMBER, ARCH, FIRST, SECOND] = [0, 4, 16, 24];
const [EPERM, ENOSYS, EAFNOSUPPORT] = [1, 38, 97];
const X32 = 0x40000000;
const NEW_USER = 0x10000000;
const CLONE3 = 435;
/** unix, inet, inet6 and netlink (which lists the interfaces). */
const FAMILIES = [1, 2, 10, 16];
/** TIOCSTI and TIOCLINUX put text into a terminal as if it were typed. */
const TYPING = [0x5412, 0x541c];

interface Machine {
  /** linux/audit.h */
  readonly audit: number;
  readonly x32: boolean;
  readonly clone: number;
  readonly unshare: number;
  readonly socket: number;
  readonly ioctl: number;
  readonly refused: readonly number[];
}

/** The same on every machine: io_uring_setup, io_uring_enter, io_uring_register. */
const RINGS = [425, 426, 427];

/** Of each: add_key, request_key, keyctl, bpf, userfaultfd, perf_event_open, open_by_handle_at, kexec_load, kexec_file_load. */
const MACHINES: Readonly<Record<string, Machine>> = {
  x64: { audit: 0xc000003e, x32: true, clone: 56, unshare: 272, socket: 41, ioctl: 16, refused: [248, 249, 250, 321, 323, 298, 304, 246, 320, ...RINGS] },
  arm64: { audit: 0xc00000b7, x32: false, clone: 220, unshare: 97, socket: 198, ioctl: 29, refused: [217, 218, 219, 280, 282, 241, 265, 104, 294, ...RINGS] },
};
