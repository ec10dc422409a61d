/* Preloaded into a process, this records the calls that change files below one folder, or lets one of them fail.

   TORTURE_FOLDER  calls on files below it are seen, all others are not
   TORTURE_TRACE   a file that each call is appended to, as tests/torture/trace.py reads it; nothing is recorded without

   torture_arm(nth, kind, sticky) lets the nth call from then on fail, and with sticky all later ones too; nth 0 only
   counts. torture_disarm() ends that and returns how many calls there were. Linux and glibc only. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum { FAIL_EIO = 1, FAIL_ENOSPC = 2, SHORT_WRITE = 3, FAIL_READ = 4 };
enum { CHANGE, WRITE, READ };
#define MOST_FILES 4096

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char *names[MOST_FILES];
static const char *folder;
static size_t folder_length;
static int trace = -1;
static long armed_at = -1, calls;
static int armed_kind, armed_sticky;

#define REAL(name) \
    static __typeof__(&name) real; \
    if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

__attribute__((constructor)) static void begin(void) {
    folder = getenv("TORTURE_FOLDER");
    folder_length = folder ? strlen(folder) : 0;
    const char *path = getenv("TORTURE_TRACE");
    if (path) trace = syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static int inside(const char *path) {
    return folder_length && !strncmp(path, folder, folder_length) && (path[folder_length] == '/' || !path[folder_length]);
}

/* Make a path absolute; returns whether it is inside the folder. */
static int resolve(int at, const char *path, char *full) {
    char base[PATH_MAX] = "";
    if (!folder_length || !path) return 0;
    if (path[0] == '/') {
        snprintf(full, PATH_MAX, "%s", path);
    } else {
        if (at == AT_FDCWD) {
            if (!getcwd(base, sizeof base)) return 0;
        } else {
            char link[64];
            snprintf(link, sizeof link, "/proc/self/fd/%d", at);
            ssize_t length = readlink(link, base, sizeof base - 1);
            if (length < 0) return 0;
            base[length] = 0;
        }
        if (snprintf(full, PATH_MAX, "%s/%s", base, path) >= PATH_MAX) return 0;
    }
    return inside(full);
}

static const char *name_of(int fd) { return fd >= 0 && fd < MOST_FILES ? names[fd] : NULL; }

/* Append one call: a line of "operation file number length-of-first length-of-second", then both byte strings. */
static void record(const char *operation, int fd, long long number, const void *first, size_t length,
                   const void *second, size_t further) {
    if (trace < 0) return;
    char head[128];
    int size = snprintf(head, sizeof head, "%s %d %lld %zu %zu\n", operation, fd, number, length, further);
    struct iovec pieces[3] = {{head, size}, {(void *)first, length}, {(void *)second, further}};
    int kept = errno;
    syscall(SYS_writev, trace, pieces, 3);
    errno = kept;
}

static void record_name(const char *operation, int fd, long long number, const char *first, const char *second) {
    record(operation, fd, number, first, strlen(first), second, second ? strlen(second) : 0);
}

/* Count a call; returns the kind of failure that it is to have, 0 for none. */
static int failing(int class) {
    int kind = 0;
    pthread_mutex_lock(&lock);
    if (armed_at >= 0 && (armed_kind == FAIL_READ) == (class == READ) && (armed_kind != SHORT_WRITE || class == WRITE)) {
        calls++;
        if (armed_at && (calls == armed_at || (armed_sticky && calls > armed_at))) kind = armed_kind;
    }
    pthread_mutex_unlock(&lock);
    if (kind) errno = kind == FAIL_ENOSPC ? ENOSPC : EIO;
    return kind;
}

void torture_arm(long nth, int kind, int sticky) {
    pthread_mutex_lock(&lock);
    armed_at = nth, armed_kind = kind, armed_sticky = sticky, calls = 0;
    pthread_mutex_unlock(&lock);
}

long torture_disarm(void) {
    armed_at = -1;
    return calls;
}

/* Opening and closing */

static int opened(int fd, int flags, int existed, const char *full) {
    if (fd < 0 || fd >= MOST_FILES) return fd;
    int kept = errno;
    pthread_mutex_lock(&lock);
    free(names[fd]);
    names[fd] = strdup(full);
    pthread_mutex_unlock(&lock);
    errno = kept;
    record_name("open", fd, (flags & O_TRUNC ? 2 : 0) | (existed ? 0 : 1), full, NULL);
    return fd;
}

#define OPENING(name, parameters, at, call) \
    int name parameters { \
        REAL(name); \
        mode_t mode = 0; \
        if (flags & (O_CREAT | O_TMPFILE)) { \
            va_list rest; \
            va_start(rest, flags); \
            mode = va_arg(rest, mode_t); \
            va_end(rest); \
        } \
        char full[PATH_MAX]; \
        if (!resolve(at, path, full)) return call; \
        struct stat found; \
        int kept = errno, existed = !stat(full, &found); \
        errno = kept; \
        if (!existed && (flags & O_CREAT) && failing(CHANGE)) return -1; \
        return opened(call, flags, existed, full); \
    }

OPENING(open, (const char *path, int flags, ...), AT_FDCWD, real(path, flags, mode))
OPENING(open64, (const char *path, int flags, ...), AT_FDCWD, real(path, flags, mode))
OPENING(openat, (int at, const char *path, int flags, ...), at, real(at, path, flags, mode))
OPENING(openat64, (int at, const char *path, int flags, ...), at, real(at, path, flags, mode))

int close(int fd) {
    REAL(close);
    if (name_of(fd)) {
        record("close", fd, 0, NULL, 0, NULL, 0);
        pthread_mutex_lock(&lock);
        free(names[fd]);
        names[fd] = NULL;
        pthread_mutex_unlock(&lock);
    }
    return real(fd);
}

/* Reading and writing */

#define READING(name, parameters, call) \
    ssize_t name parameters { \
        REAL(name); \
        if (name_of(fd) && failing(READ)) return -1; \
        return call; \
    }

READING(read, (int fd, void *data, size_t size), real(fd, data, size))
READING(pread, (int fd, void *data, size_t size, off_t offset), real(fd, data, size, offset))
READING(pread64, (int fd, void *data, size_t size, off64_t offset), real(fd, data, size, offset))

#define WRITING(name, parameters, position, call) \
    ssize_t name parameters { \
        REAL(name); \
        if (!name_of(fd)) return call; \
        int kind = failing(WRITE); \
        if (kind == SHORT_WRITE && size > 1) \
            size = size / 2; \
        else if (kind) \
            return -1; \
        off64_t at = position; \
        ssize_t written = call; \
        if (written > 0) record("write", fd, at, data, written, NULL, 0); \
        return written; \
    }

static off64_t place(int fd) {
    struct stat found;
    if (fcntl(fd, F_GETFL) & O_APPEND && !fstat(fd, &found)) return found.st_size;
    return lseek64(fd, 0, SEEK_CUR);
}

WRITING(write, (int fd, const void *data, size_t size), place(fd), real(fd, data, size))
WRITING(pwrite, (int fd, const void *data, size_t size, off_t offset), offset, real(fd, data, size, offset))
WRITING(pwrite64, (int fd, const void *data, size_t size, off64_t offset), offset, real(fd, data, size, offset))

/* What would change a file unseen: who may use it falls back to write. */
ssize_t sendfile(int to, int from, off_t *offset, size_t size) {
    REAL(sendfile);
    if (name_of(to)) return errno = ENOTSOCK, -1;
    return real(to, from, offset, size);
}

ssize_t sendfile64(int to, int from, off64_t *offset, size_t size) {
    REAL(sendfile64);
    if (name_of(to)) return errno = ENOTSOCK, -1;
    return real(to, from, offset, size);
}

/* All else that changes files */

#define CHANGING(name, parameters, operation, number, call) \
    int name parameters { \
        REAL(name); \
        if (!name_of(fd)) return call; \
        if (failing(CHANGE)) return -1; \
        int done = call; \
        if (!done) record(operation, fd, number, NULL, 0, NULL, 0); \
        return done; \
    }

CHANGING(ftruncate, (int fd, off_t size), "truncate", size, real(fd, size))
CHANGING(ftruncate64, (int fd, off64_t size), "truncate", size, real(fd, size))
CHANGING(fsync, (int fd), "sync", 0, real(fd))
CHANGING(fdatasync, (int fd), "sync", 0, real(fd))

#define NAMING(name, parameters, at, path, operation, call) \
    int name parameters { \
        REAL(name); \
        char full[PATH_MAX]; \
        if (!resolve(at, path, full)) return call; \
        if (failing(CHANGE)) return -1; \
        int done = call; \
        if (!done) record_name(operation, -1, 0, full, NULL); \
        return done; \
    }

NAMING(unlink, (const char *path), AT_FDCWD, path, "unlink", real(path))
NAMING(rmdir, (const char *path), AT_FDCWD, path, "unlink", real(path))
NAMING(mkdir, (const char *path, mode_t mode), AT_FDCWD, path, "mkdir", real(path, mode))
NAMING(unlinkat, (int at, const char *path, int flags), at, path, "unlink", real(at, path, flags))
NAMING(mkdirat, (int at, const char *path, mode_t mode), at, path, "mkdir", real(at, path, mode))

#define PAIRING(name, parameters, at_old, old, at_new, fresh, operation, call) \
    int name parameters { \
        REAL(name); \
        char from[PATH_MAX], to[PATH_MAX]; \
        if (!resolve(at_old, old, from) || !resolve(at_new, fresh, to)) return call; \
        if (failing(CHANGE)) return -1; \
        int done = call; \
        if (!done) record_name(operation, -1, 0, from, to); \
        return done; \
    }

PAIRING(rename, (const char *old, const char *fresh), AT_FDCWD, old, AT_FDCWD, fresh, "rename", real(old, fresh))
PAIRING(link, (const char *old, const char *fresh), AT_FDCWD, old, AT_FDCWD, fresh, "link", real(old, fresh))
PAIRING(renameat, (int from_at, const char *old, int to_at, const char *fresh), from_at, old, to_at, fresh, "rename",
        real(from_at, old, to_at, fresh))
PAIRING(linkat, (int from_at, const char *old, int to_at, const char *fresh, int flags), from_at, old, to_at, fresh,
        "link", real(from_at, old, to_at, fresh, flags))
