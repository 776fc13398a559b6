/*
 * See fsio.h. Rights are always set with fchmod: the umask is that of whoever started the program,
 * and other programs must be able to read what this one writes.
 *
 * The temporary file has a fixed name, NAME.tmp, and not a random one: what a killed program left
 * behind is found and replaced by the next call, so nothing piles up. Two writers of one file would
 * disturb each other; the lock on the directory keeps them apart.
 */
#include "core/fsio.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static int or_errno(int rc)
{
    return rc < 0 ? -errno : rc;
}

static int open_dir(const char *path)
{
    return or_errno(open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

int fsio_open_dir(const char *path, mode_t mode)
{
    int fd = open_dir(path);
    int err;

    if (fd != -ENOENT)
        return fd;
    if (mkdir(path, mode & S_IRWXU) != 0 && errno != EEXIST)
        return -errno;
    fd = open_dir(path);
    err = fd < 0 ? fd : or_errno(fchmod(fd, mode));
    if (fd >= 0 && err < 0)
        close(fd);
    return err < 0 ? err : fd;
}

int fsio_lock(int dir, const char *name)
{
    int fd = or_errno(openat(dir, name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0660));
    int err;

    if (fd < 0)
        return fd;
    (void)fchmod(fd, 0660); /* fails where another user of the group made it: it is as it should */
    do
        err = or_errno(flock(fd, LOCK_EX | LOCK_NB));
    while (err == -EINTR);
    if (err == 0)
        return fd;
    close(fd);
    return err;
}

/* A new file for the owner alone; one that an earlier program left is removed first. */
static int create(int dir, const char *name)
{
    const int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW;
    int fd = or_errno(openat(dir, name, flags, 0600));

    if (fd == -EEXIST && unlinkat(dir, name, 0) == 0)
        fd = or_errno(openat(dir, name, flags, 0600));
    return fd;
}

static int write_all(int fd, const void *data, size_t size)
{
    const uint8_t *p = data;

    while (size > 0) {
        ssize_t n = write(fd, p, size);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n < 0 ? -errno : -EIO;
        p += n;
        size -= (size_t)n;
    }
    return 0;
}

static int fill(int fd, const void *data, size_t size, mode_t mode, bool durable)
{
    int err = write_all(fd, data, size);

    if (err == 0)
        err = or_errno(fchmod(fd, mode));
    if (err == 0 && durable)
        err = or_errno(fsync(fd));
    /* Some file systems tell only now that they could not write. EINTR: closed all the same. */
    if (close(fd) != 0 && errno != EINTR && err == 0)
        err = -errno;
    return err;
}

int fsio_replace(int dir, const char *name, const void *data, size_t size, mode_t mode,
                 bool durable)
{
    char temp[NAME_MAX + 1];
    int fd, err;

    if (snprintf(temp, sizeof(temp), "%s.tmp", name) >= (int)sizeof(temp))
        return -ENAMETOOLONG;
    fd = create(dir, temp);
    if (fd < 0)
        return fd;
    err = fill(fd, data, size, mode, durable);
    if (err == 0)
        err = or_errno(renameat(dir, temp, dir, name));
    if (err != 0) {
        (void)unlinkat(dir, temp, 0);
        return err;
    }
    return durable ? or_errno(fsync(dir)) : 0;
}

/* Reads to the end, not to a size told before: the file may be growing, and those of /proc tell
 * none. One byte more than allowed is asked for, to see that there is more. */
static int read_all(int fd, size_t expected, size_t most, uint8_t **data, size_t *size)
{
    size_t capacity = expected < most ? expected + 1 : most + 1;

    for (;;) {
        uint8_t *grown = realloc(*data, capacity);
        ssize_t n;

        if (grown == NULL)
            return -ENOMEM;
        *data = grown;
        do
            n = read(fd, *data + *size, capacity - *size);
        while (n < 0 && errno == EINTR);
        if (n <= 0)
            return or_errno((int)n);
        *size += (size_t)n;
        if (*size > most)
            return -EFBIG;
        if (*size == capacity)
            capacity = capacity <= most / 2 ? 2 * capacity : most + 1;
    }
}

static int read_regular(int fd, size_t most, uint8_t **data, size_t *size)
{
    struct stat st;

    if (fstat(fd, &st) != 0)
        return -errno;
    if (!S_ISREG(st.st_mode))
        return -EINVAL;
    if ((uintmax_t)st.st_size > most)
        return -EFBIG;
    return read_all(fd, (size_t)st.st_size, most, data, size);
}

int fsio_read(int dir, const char *name, size_t most, void **ret, size_t *ret_size)
{
    /* Not to wait for the other end, should somebody have put a pipe there. */
    int fd = or_errno(openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    uint8_t *data = NULL;
    size_t size = 0;
    int err;

    if (fd < 0)
        return fd;
    err = most < SIZE_MAX ? read_regular(fd, most, &data, &size) : -EINVAL;
    close(fd);
    if (err != 0) {
        free(data);
        return err;
    }
    *ret = data;
    *ret_size = size;
    return 0;
}

int fsio_remove(int dir, const char *name)
{
    return or_errno(unlinkat(dir, name, 0));
}
