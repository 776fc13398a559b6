/*
 * output.c: queue of bytes to send.
 *
 * Plain replies are joined in large chunks and leave with one system call; a reply that drips or
 * ends in a reset gets a chunk of its own and holds back what comes behind it.
 */
#include "output.h"

#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { CHUNK = 8192 };

struct chunk {
    struct chunk *next;
    struct manner manner;
    size_t length, sent;
    uint8_t bytes[CHUNK];
};

static const struct manner plain;
static struct chunk *spare; /* one kept, so that a busy connection does not allocate */

static bool is_plain(const struct manner *m)
{
    return !m->drip && !m->reset;
}

static struct chunk *chunk_new(struct output *o, const struct manner *manner)
{
    struct chunk *c = spare ? spare : malloc(sizeof(*c));

    if (!c)
        err(2, "output");
    if (c == spare)
        spare = NULL;
    c->next = NULL;
    c->manner = *manner;
    c->length = c->sent = 0;
    if (o->tail)
        o->tail->next = c;
    else
        o->head = c;
    o->tail = c;
    return c;
}

static void chunk_free(struct output *o)
{
    struct chunk *c = o->head;

    o->head = c->next;
    if (!o->head)
        o->tail = NULL;
    if (spare)
        free(c);
    else
        spare = c;
}

/* LENGTH never exceeds one mangled frame, which is far less than a chunk. */
void output_add(struct output *o, const uint8_t *bytes, size_t length, const struct manner *manner)
{
    struct chunk *c = o->tail;

    if (!manner)
        manner = &plain;
    if (!c || !is_plain(manner) || !is_plain(&c->manner) || c->length + length > CHUNK)
        c = chunk_new(o, manner);
    memcpy(c->bytes + c->length, bytes, length);
    c->length += length;
    o->queued += length;
}

enum sending output_send(struct output *o, int fd, uint64_t *sent, int64_t *ret_ns)
{
    while (o->head) {
        struct chunk *c = o->head;
        size_t want = c->manner.drip ? 1 : c->length - c->sent;
        ssize_t done = send(fd, c->bytes + c->sent, want, MSG_NOSIGNAL | MSG_DONTWAIT);
        bool drip = c->manner.drip, reset = c->manner.reset;

        if (done < 0)
            return errno == EAGAIN ? SENDING_FULL : SENDING_LOST;
        c->sent += (size_t)done;
        o->queued -= (size_t)done;
        *sent += (uint64_t)done;
        *ret_ns = c->manner.drip_ns;
        if (c->sent == c->length)
            chunk_free(o);
        else if (!drip)
            return SENDING_FULL;
        else
            return SENDING_DRIP;
        if (reset)
            return SENDING_RESET;
        if (drip && o->head)
            return SENDING_DRIP;
    }
    return SENDING_DONE;
}

void output_done(struct output *o)
{
    while (o->head)
        chunk_free(o);
    o->queued = 0;
}
