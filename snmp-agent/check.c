/* See check.h. Whoever runs it wants to know what to do next, so each thing says so. */
#include "check.h"

#include "agentx_conn.h"
#include "receivers.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

enum { CONNECT_MS = 3000 };

bool check_files(const struct view *v, FILE *to)
{
    bool good = v->site != NULL;
    size_t ths = 0;

    fprintf(to, "StateDir %s: %s\n", v->path, v->dir >= 0 ? "readable" : "not there");
    fprintf(to, "site.snap: %s\n", good ? "good" : "not there or not usable");
    for (const struct view_slot *s = v->slot; s < v->slot + v->slots; s++)
        ths += s->kind == DEVICE_TH;
    fprintf(to, "%zu gateways, %u UPS, %u strings, %u cells\n", v->slots - ths, v->now->ups,
            v->now->strings, v->now->cells);
    if (ths > 0)
        fprintf(to, "%zu TH controllers, %u sensors\n", ths, v->now->sensors);
    return good;
}

bool check_data_dir(const char *path, FILE *to)
{
    bool good = faccessat(AT_FDCWD, path, R_OK | W_OK | X_OK, AT_EACCESS) == 0;

    fprintf(to, "DataDir %s: %s\n", path, good ? "writable" : strerror(errno));
    return good;
}

/* 0 or -errno. */
static int connect_once(struct agentx_conn *c)
{
    int err = agentx_conn_open(c);
    struct pollfd p = {.fd = c->fd, .events = POLLOUT};

    if (err != 0 || !c->connecting)
        return err;
    return poll(&p, 1, CONNECT_MS) > 0 ? agentx_conn_finish(c) : -ETIMEDOUT;
}

static const char *verdict(int err)
{
    static const struct {
        int err;
        const char *text;
    } of[] = {
        {0,             "the master listens"                                           },
        {-ENOENT,       "no such file: is snmpd running, and is this its agentXSocket?"},
        {-EACCES,       "permission denied: see agentXPerms in snmpd.conf(5)"          },
        {-ECONNREFUSED, "nobody listens: is snmpd running, with \"master agentx\"?"    },
        {-ETIMEDOUT,    "no answer: is it the right host?"                             },
    };

    for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++)
        if (of[i].err == err)
            return of[i].text;
    return strerror(-err);
}

bool check_master(const char *address, FILE *to)
{
    struct agentx_conn c;
    int err = agentx_conn_init(&c, address);

    if (err == 0)
        err = connect_once(&c);
    agentx_conn_done(&c);
    fprintf(to, "AgentX socket %s: %s\n", address, verdict(err));
    return err == 0;
}

static void print_mistake(void *ctx, const char *text)
{
    fprintf(ctx, "%s\n", text);
}

bool check_receivers(const char *path, const char *program, FILE *to)
{
    static struct receivers all; /* too much for a stack frame */
    unsigned mistakes = receivers_read(path, &all, print_mistake, to);
    bool there = access(program, X_OK) == 0;

    for (size_t i = 0; i < all.n; i++)
        fprintf(to, "receiver \"%s\": informs of SNMPv%s to %s, replays %s\n", all.r[i].name,
                all.r[i].version == 2 ? "2c" : "3", all.r[i].peer,
                all.r[i].only_active ? "active" : "all");
    if (!there)
        fprintf(to, "%s: %s: no inform can be sent\n", program, strerror(errno));
    explicit_bzero(&all, sizeof(all));
    return mistakes == 0 && there;
}
