/*
 * Any file of receivers. It is read as a file, since that is what is read; what comes out must be
 * whole: texts that end, names that differ, a version and a security level that go together.
 */
#include "receivers.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static unsigned said;

static void say(void *ctx, const char *text)
{
    (void)ctx;
    if (*text == '\0')
        abort();
    said++;
}

static void check_text(const char *text, size_t size)
{
    if (memchr(text, '\0', size) == NULL)
        abort();
}

static void check_receiver(const struct receiver *r)
{
    check_text(r->name, sizeof(r->name));
    check_text(r->peer, sizeof(r->peer));
    check_text(r->community, sizeof(r->community));
    check_text(r->user, sizeof(r->user));
    check_text(r->auth_pass, sizeof(r->auth_pass));
    check_text(r->priv_pass, sizeof(r->priv_pass));
    if (*r->name == '\0' || *r->peer == '\0' || !receiver_same(r, r))
        abort();
    if (r->version == 2 ? *r->community == '\0' : r->version != 3 || *r->user == '\0')
        abort();
    if (*r->priv != '\0' && *r->auth == '\0')
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct receivers all;
    char path[32];
    int fd = memfd_create("receivers", MFD_CLOEXEC);

    if (fd < 0 || fchmod(fd, 0600) != 0 || write(fd, data, size) != (ssize_t)size)
        abort();
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    said = 0;
    if (receivers_read(path, &all, say, NULL) != said || all.n > RECEIVERS_MAX)
        abort();
    for (size_t i = 0; i < all.n; i++) {
        check_receiver(&all.r[i]);
        for (size_t k = 0; k < i; k++)
            if (strcmp(all.r[i].name, all.r[k].name) == 0)
                abort();
    }
    close(fd);
    return 0;
}
