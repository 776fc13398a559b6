/*
 * fsio - whole files: replace atomically, read whole, lock a directory. The one place where the
 * core touches the disk besides SQLite, and the seam for tests of a disk that fails.
 *
 * Everything returns 0 or -errno and leaves results untouched on failure.
 */
#ifndef BTMS_FSIO_H
#define BTMS_FSIO_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Opens directory `path`, making it (one level, `mode`) if it is not there. Returns a descriptor. */
int fsio_open_dir(const char *path, mode_t mode);

/* Takes the lock file `name` in `dir` for as long as the returned descriptor stays open (flock).
 * -EWOULDBLOCK: another process has it. */
int fsio_lock(int dir, const char *name);

/* Writes `name` in `dir` as a whole: temporary file (O_EXCL, `mode`), write, fsync if `durable`,
 * close, rename, and if `durable` fsync of the directory. On failure the old file is still there
 * and the temporary one is gone. */
int fsio_replace(int dir, const char *name, const void *data, size_t size, mode_t mode,
                 bool durable);

/* Reads a regular file whole into a new buffer (free() it). -EFBIG above `most` bytes, -EINVAL when
 * it is not a regular file. Symbolic links are not followed. */
int fsio_read(int dir, const char *name, size_t most, void **ret, size_t *ret_size);

int fsio_remove(int dir, const char *name);

#endif
