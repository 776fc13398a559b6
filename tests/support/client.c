/* See client.h. */
#include "client.h"
#include "check.h"

#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

static bool next(void *ctx, int64_t now, struct link_request *ret)
{
    struct client *c = ctx;

    (void)now;
    if (c->next == c->requests)
        return false;
    *ret = c->request[c->next++];
    return true;
}

static void done(void *ctx, int64_t now, const struct link_request *r, const struct link_answer *a)
{
    struct client *c = ctx;

    (void)now;
    assert_in_range(r->tag, 0, CLIENT_MAX - 1);
    c->done[r->tag]++;
    c->result[r->tag] = a->result;
    c->exception[r->tag] = a->exception;
    if (a->result == LINK_OK)
        c->word[r->tag] = a->words[0];
    if (c->answers < CLIENT_MAX)
        c->order[c->answers++] = (int)r->tag;
}

static struct link_user user_of(struct client *c)
{
    return (struct link_user){c, next, done, NULL};
}

void client_init(struct client *c, const char *host, int port, int timeout_ms, int window)
{
    char text[8];

    memset(c, 0, sizeof(*c));
    snprintf(text, sizeof(text), "%d", port);
    c->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    c->link = link_tcp_new(host, text, timeout_ms, window, c->wake_fd);
    assert_non_null(c->link);
}

void client_done(struct client *c)
{
    link_tcp_free(c->link);
    close(c->wake_fd);
}

int client_add(struct client *c, uint8_t unit, uint16_t address)
{
    struct link_request *r = &c->request[c->requests];

    assert_true(c->requests < CLIENT_MAX);
    *r = (struct link_request){
        .unit = unit, .function = 3, .address = address, .count = 1, .tag = (uint32_t)c->requests};
    return c->requests++;
}

void client_add_many(struct client *c, int n)
{
    for (int i = 0; i < n; i++)
        client_add(c, 101, (uint16_t)c->requests);
}

enum link_run client_run(struct client *c)
{
    const struct link_user user = user_of(c);

    return link_tcp_run(c->link, &user);
}

enum link_run client_run_on(struct client *c, int connections)
{
    enum link_run run = LINK_BROKEN;

    for (int i = 0; i < connections && run == LINK_BROKEN; i++) {
        assert_int_equal(link_tcp_open(c->link), 0);
        run = client_run(c);
    }
    return run;
}

void client_drop(struct client *c)
{
    const struct link_user user = user_of(c);

    link_tcp_drop(c->link, &user);
}

void client_check_each_once(const struct client *c)
{
    for (int i = 0; i < c->requests; i++)
        if (c->done[i] != 1)
            fail_msg("request %d of %d was answered %d times", i, c->requests, c->done[i]);
}

int client_count(const struct client *c, enum link_result result)
{
    int n = 0;

    for (int i = 0; i < c->requests; i++)
        n += c->done[i] > 0 && c->result[i] == result;
    return n;
}
