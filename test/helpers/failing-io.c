/* Fails the file operations of a program from outside: LD_PRELOAD. Operations on paths below FAIL_UNDER are counted in the
 * file FAIL_COUNT (shared by every process that carries the variables); those numbered FAIL_FROM .. FAIL_TO fail with FAIL_ERRNO,
 * or, when that is "short", write half of what was asked. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static const char *under;
static size_t under_length;
static long from, to;
static int fault;
static int shortened;
static long *counter;

__attribute__((constructor)) static void start(void) {
  const char *file = getenv("FAIL_COUNT");
  under = getenv("FAIL_UNDER");
  if (!under || !file) { under = NULL; return; }
  under_length = strlen(under);
  from = atol(getenv("FAIL_FROM") ?: "0");
  to = atol(getenv("FAIL_TO") ?: "0");
  const char *name = getenv("FAIL_ERRNO") ?: "ENOSPC";
  shortened = !strcmp(name, "short");
  fault = !strcmp(name, "EIO") ? EIO : !strcmp(name, "EMFILE") ? EMFILE : ENOSPC;
  int (*real)(const char *, int, ...) = dlsym(RTLD_NEXT, "open");
  int fd = real(file, O_RDWR | O_CREAT, 0600);
  if (fd < 0 || ftruncate(fd, sizeof(long))) { under = NULL; return; }
  counter = mmap(NULL, sizeof(long), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  close(fd);
  if (counter == MAP_FAILED) under = NULL;
}

static int strikes(void) {
  long n = __atomic_add_fetch(counter, 1, __ATOMIC_SEQ_CST);
  return n >= from && n <= to;
}

static int below(const char *path) {
  if (!under || !path) return 0;
  if (path[0] == '/' && strncmp(path, "/proc/self/fd/", 14)) return !strncmp(path, under, under_length);
  char real[PATH_MAX], link[PATH_MAX];
  if (path[0] != '/') { if (!getcwd(real, sizeof real)) return 0; return !strncmp(real, under, under_length); }
  snprintf(link, sizeof link, "/proc/self/fd/%d", atoi(path + 14));
  ssize_t n = readlink(link, real, sizeof real - 1);
  if (n < 0) return 0;
  real[n] = 0;
  return !strncmp(real, under, under_length);
}

static int held(int fd) {
  if (!under || fd < 3) return 0;
  char link[64], real[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t n = readlink(link, real, sizeof real - 1);
  if (n < 0) return 0;
  real[n] = 0;
  return !strncmp(real, under, under_length);
}

#define REAL(name) static __typeof__(&name) real; if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)
#define FAIL(hit, bad) do { if ((hit) && strikes()) { errno = fault; return bad; } } while (0)
/* Opening: running out of space cannot fail an open for reading. */
#define OPENS(flags) (fault != ENOSPC || ((flags) & O_CREAT))

static size_t half(size_t length) { return length > 1 ? length / 2 : length; }

int open(const char *path, int flags, ...) {
  va_list rest; va_start(rest, flags); mode_t mode = va_arg(rest, mode_t); va_end(rest);
  static int (*real)(const char *, int, ...); if (!real) real = dlsym(RTLD_NEXT, "open");
  if (!shortened && OPENS(flags)) FAIL(below(path), -1);
  return real(path, flags, mode);
}
int open64(const char *path, int flags, ...) {
  va_list rest; va_start(rest, flags); mode_t mode = va_arg(rest, mode_t); va_end(rest);
  static int (*real)(const char *, int, ...); if (!real) real = dlsym(RTLD_NEXT, "open64");
  if (!shortened && OPENS(flags)) FAIL(below(path), -1);
  return real(path, flags, mode);
}
ssize_t write(int fd, const void *data, size_t length) {
  REAL(write);
  if (held(fd) && strikes()) { if (shortened) return real(fd, data, half(length)); errno = fault; return -1; }
  return real(fd, data, length);
}
ssize_t pwrite(int fd, const void *data, size_t length, off_t at) {
  REAL(pwrite);
  if (held(fd) && strikes()) { if (shortened) return real(fd, data, half(length), at); errno = fault; return -1; }
  return real(fd, data, length, at);
}
ssize_t pwrite64(int fd, const void *data, size_t length, off64_t at) {
  REAL(pwrite64);
  if (held(fd) && strikes()) { if (shortened) return real(fd, data, half(length), at); errno = fault; return -1; }
  return real(fd, data, length, at);
}
ssize_t writev(int fd, const struct iovec *parts, int count) {
  REAL(writev);
  if (held(fd) && strikes()) { if (shortened) return real(fd, parts, 1); errno = fault; return -1; }
  return real(fd, parts, count);
}
int fsync(int fd) { REAL(fsync); if (!shortened) FAIL(held(fd), -1); return real(fd); }
int fdatasync(int fd) { REAL(fdatasync); if (!shortened) FAIL(held(fd), -1); return real(fd); }
int ftruncate64(int fd, off64_t length) { REAL(ftruncate64); if (!shortened) FAIL(held(fd), -1); return real(fd, length); }
int rename(const char *a, const char *b) { REAL(rename); if (!shortened) FAIL(below(b), -1); return real(a, b); }
int mkdir(const char *path, mode_t mode) { REAL(mkdir); if (!shortened) FAIL(below(path), -1); return real(path, mode); }
int link(const char *a, const char *b) { REAL(link); if (!shortened) FAIL(below(b), -1); return real(a, b); }
int symlink(const char *a, const char *b) { REAL(symlink); if (!shortened) FAIL(below(b), -1); return real(a, b); }
