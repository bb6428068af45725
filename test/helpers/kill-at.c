/* Kills a program from outside at a commit of its log: LD_PRELOAD. Commits are counted by the syncs of the file that ends with
 * KILL_FILE; at number KILL_AT the program gets SIGKILL: KILL_WHEN "before" its first byte is written, "torn" when half of its
 * first page is, "unsynced" when all of it is, "after" its sync. The number of the last commit is kept in the file KILL_COUNT. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static const char *suffix;
static long target;
static const char *when;
static long *commits;
/* Bytes wait for a sync: without any, a sync commits nothing. */
static int written;

__attribute__((constructor)) static void start(void) {
  const char *file = getenv("KILL_COUNT");
  suffix = getenv("KILL_FILE");
  when = getenv("KILL_WHEN") ?: "after";
  target = atol(getenv("KILL_AT") ?: "0");
  if (!suffix || !file) { suffix = NULL; return; }
  int fd = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0 || ftruncate(fd, sizeof(long))) { suffix = NULL; return; }
  commits = mmap(NULL, sizeof(long), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  close(fd);
  if (commits == MAP_FAILED) suffix = NULL;
}

static int is_log(int fd) {
  if (!suffix) return 0;
  char link[64], path[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t n = readlink(link, path, sizeof path - 1);
  if (n < (ssize_t)strlen(suffix)) return 0;
  path[n] = 0;
  return !strcmp(path + n - strlen(suffix), suffix);
}

static void die(void) { kill(getpid(), SIGKILL); for (;;) pause(); }
static int next(const char *how) { return *commits + 1 == target && !strcmp(when, how); }

#define REAL(name) static __typeof__(&name) real; if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

#define WRITES(name, type) \
  ssize_t name(int fd, const void *data, size_t length, type at) { \
    REAL(name); \
    if (is_log(fd)) { \
      if (next("before")) die(); \
      if (next("torn")) { real(fd, data, length / 2, at); die(); } \
      written = 1; \
    } \
    return real(fd, data, length, at); \
  }
WRITES(pwrite, off_t)
WRITES(pwrite64, off64_t)

#define SYNCS(name) \
  int name(int fd) { \
    REAL(name); \
    if (!is_log(fd) || !written) return real(fd); \
    written = 0; \
    if (next("unsynced")) die(); \
    int result = real(fd); \
    ++*commits; \
    if (*commits == target && !strcmp(when, "after")) die(); \
    return result; \
  }
SYNCS(fsync)
SYNCS(fdatasync)
