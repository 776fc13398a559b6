/* Requests of persons, which meet in the store: part of the keeper's thread. */
#include "keeper_own.h"

#include "core/log.h"

#include <stdio.h>
#include <string.h>

enum { REQUESTS_MOST = 100 };

void keeper_ask_store(struct keeper *k, struct store_request r)
{
    bool good = k->store != NULL && store_ask(k->store, &r) == 0;

    if (k->store != NULL && !good)
        log_say(LOG_LEVEL_ERROR, "a request of %s could not be stored: %s", r.by,
                store_error(k->store));
    if (!good)
        keeper_give_up_store(k);
    pthread_mutex_lock(&k->lock);
    k->news.asked = true;
    k->news.asked_well = good;
    pthread_mutex_unlock(&k->lock);
    keeper_tell(k);
}

/* Once; whoever asks again is told so. */
static bool acknowledge(struct keeper *k, const struct round *round, struct alarm *a,
                        const struct store_request *r)
{
    struct event e = {.what = EVENT_ACKNOWLEDGED, .wall_ms = r->asked_ms};

    if (a->acked_ms != 0)
        return true;
    a->acked_ms = a->changed_ms = r->asked_ms;
    memcpy(a->acked_by, r->by, sizeof(a->acked_by));
    memcpy(a->ack_note, r->note, sizeof(a->ack_note));
    e.alarm = *a;
    keeper_apply_floor(k, round);
    if (k->store == NULL || store_append(k->store, &e, 1) != 0)
        return false;
    e.stored = true;
    log_say(LOG_LEVEL_NOTICE, "alarm %u acknowledged by %s: %.180s", (unsigned)a->id, a->acked_by,
            a->text);
    pthread_mutex_lock(&k->lock);
    k->watched = *a;
    k->news.acknowledged = true;
    k->news.ack = e;
    pthread_mutex_unlock(&k->lock);
    keeper_tell(k);
    return true;
}

static bool serve_request(struct keeper *k, const struct round *round, struct alarm *a,
                          const struct store_request *r)
{
    char answer[EVENT_TEXT_SIZE];

    if (r->verb != STORE_ACK || r->alarm_id != a->id)
        return true;
    if (!acknowledge(k, round, a, r))
        return false;
    snprintf(answer, sizeof(answer), "alarm %u is acknowledged by %s: %.150s", (unsigned)a->id,
             a->acked_by, a->text);
    return store_answer(k->store, r->id, STORE_DONE, answer) == 0;
}

void keeper_serve_requests(struct keeper *k, const struct round *round)
{
    struct store_request r[REQUESTS_MOST];
    struct alarm own;
    size_t n = 0;
    bool good;

    pthread_mutex_lock(&k->lock);
    own = k->watched;
    pthread_mutex_unlock(&k->lock);
    if (own.id == 0 || k->store == NULL)
        return;
    good = store_requests(k->store, REQUESTS_MOST, r, &n) == 0;
    for (size_t i = 0; i < n && good; i++)
        good = serve_request(k, round, &own, &r[i]);
    if (!good)
        keeper_give_up_store(k);
}
