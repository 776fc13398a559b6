/* See orders.h. */
#include "orders.h"

#include "core/snapshot.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of an alarm that the agent raised and the store shows: the agent serves it. */
static bool is_for_agent(struct store *store, const struct store_request *r)
{
    struct alarm *active = NULL;
    size_t n = 0;
    bool found = false;

    if (r->verb != STORE_ACK || store_active(store, &active, &n) != 0)
        return false;
    for (size_t i = 0; i < n; i++)
        found |= active[i].id == r->alarm_id && cause_is_agents(active[i].kind);
    free(active);
    return found;
}

static void serve(struct orders *ret, struct store *store, struct steward *s,
                  const struct store_request *r, struct moment t)
{
    char *answer = ret->of[ret->n].text;
    bool done = steward_request(s, r, t, answer);

    if (!done && is_for_agent(store, r))
        return;
    ret->of[ret->n].id = r->id;
    ret->of[ret->n++].state = done ? STORE_DONE : STORE_REFUSED;
}

void orders_serve(struct orders *ret, struct store *store, struct steward *s, struct moment t)
{
    size_t n = 0;

    ret->n = 0;
    if (store_requests(store, ORDERS_MOST, ret->asked, &n) != 0)
        return;
    for (size_t i = 0; i < n; i++)
        serve(ret, store, s, &ret->asked[i], t);
}

bool orders_answer(const struct orders *o, struct store *store)
{
    bool good = true;

    for (size_t i = 0; i < o->n && good; i++)
        good = store_answer(store, o->of[i].id, o->of[i].state, o->of[i].text) == 0;
    return good;
}

/* ---- what is expected -------------------------------------------------------------------- */

/* Limits, and what hangs on a relay, may change, and what is there does not; and where they are in
 * memory says nothing. */
uint32_t orders_mark(const struct gateway_config *g)
{
    struct string_config string[STRING_MAX];

    memcpy(string, g->string, sizeof(string));
    for (int i = 0; i < STRING_MAX; i++) {
        string[i].limits = NULL;
        memset(string[i].channel_told, 0, sizeof(string[i].channel_told));
        memset(string[i].channel, 0, sizeof(string[i].channel));
        string[i].parts.capacity_ah = string[i].parts.max_a = 0;
    }
    return snapshot_crc(g->address, strnlen(g->address, sizeof(g->address))) ^ (uint32_t)g->port ^
           snapshot_crc(string, sizeof(string));
}

uint32_t orders_mark_th(const struct th_config *th)
{
    return snapshot_crc(th->address, strnlen(th->address, sizeof(th->address))) ^
           (uint32_t)th->port ^ (uint32_t)th->unit << 16;
}

bool orders_expect(struct store *store, uint32_t device, uint32_t mark, const struct census *c)
{
    char text[EXPECT_TEXT], marked[EXPECT_TEXT + 16];

    expect_print(c, text);
    snprintf(marked, sizeof(marked), "%08x %s", (unsigned)mark, text);
    return store_expect(store, device, marked) == 0;
}

bool orders_expected(struct store *store, uint32_t device, uint32_t mark, struct census *ret)
{
    char text[EXPECT_TEXT + 16];
    unsigned was;
    int used = 0;

    return store_expected(store, device, text, sizeof(text)) == 0 &&
           sscanf(text, "%8x %n", &was, &used) == 1 && used > 0 && was == mark &&
           expect_parse(text + used, ret);
}
