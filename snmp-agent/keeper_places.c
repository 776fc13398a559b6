/* How far the receivers are, kept in the store and in a file beside it: part of the keeper's thread. */
#include "keeper_own.h"

#include "core/log.h"

#include <string.h>

/* A place is kept, in the file or in the store: what waits for that can go on. */
static void publish_kept(struct keeper *k, size_t i, const struct line *l)
{
    struct keeper_answer *a = &k->news.answer[i];
    bool news = false;

    pthread_mutex_lock(&k->lock);
    if (k->line[i].generation == l->generation) {
        news = l->place.sent > a->decided || l->place.number > a->counted;
        a->decided = l->place.sent > a->decided ? l->place.sent : a->decided;
        a->counted = l->place.number > a->counted ? l->place.number : a->counted;
    }
    pthread_mutex_unlock(&k->lock);
    if (news)
        keeper_tell(k);
}

static bool is_filed(const struct keeper *k, size_t i, const struct line *l)
{
    return !l->known ||
           (k->done[i].generation == l->generation && !place_ahead(&l->place, &k->done[i].filed));
}

/* Lines of the round `r`, as a whole. */
void keeper_file_places(struct keeper *k, const struct round *r)
{
    struct places p = {.store_id = k->store_id};
    bool all = !k->refile;
    int err;

    for (size_t i = 0; i < KEEPER_RECEIVERS; i++) {
        const struct line *l = &r->line[i];

        all &= is_filed(k, i, l);
        if (!l->known)
            continue;
        strcpy(p.row[p.n].name, l->name);
        p.row[p.n++].place = l->place;
    }
    if (all)
        return;
    err = places_write(k->dir, &p, k->store == NULL);
    if (err != 0 && !k->unfiled)
        log_say(LOG_LEVEL_ERROR,
                "%s: how far notifications are cannot be written beside the store: "
                "%s; tried again",
                k->dir, strerror(-err));
    k->unfiled = err != 0;
    k->refile &= err != 0;
    for (size_t i = 0; i < KEEPER_RECEIVERS && err == 0; i++) {
        k->done[i].filed = r->line[i].place;
        publish_kept(k, i, &r->line[i]);
    }
}

/* False when it failed, and the store was given up. */
static bool save_place(struct keeper *k, size_t receiver, const struct line *l)
{
    bool good = store_set_place(k->store, l->name, &l->place) == 0;

    if (!good && !k->stuck)
        log_say(LOG_LEVEL_ERROR, "how far notifications are cannot be saved: %s; tried again",
                store_error(k->store));
    k->stuck = !good;
    if (!good) {
        keeper_give_up_store(k);
        return false;
    }
    k->done[receiver].saved = l->place;
    publish_kept(k, receiver, l);
    return true;
}

void keeper_save_places(struct keeper *k, const struct round *r)
{
    for (size_t i = 0; i < KEEPER_RECEIVERS && k->store != NULL; i++)
        if (r->line[i].known && k->done[i].settled &&
            place_ahead(&r->line[i].place, &k->done[i].saved) && !save_place(k, i, &r->line[i]))
            return;
}

static void say_forgotten(const char *receiver)
{
    log_say(
        LOG_LEVEL_NOTICE,
        "receiver \"%s\" is in the file of receivers no more: its place in the log is forgotten",
        receiver + strlen(KEEPER_INFORM));
}

void keeper_forget_places(struct keeper *k, const struct round *r)
{
    const char *keep[KEEPER_RECEIVERS];
    int forgotten = -1;

    for (size_t i = 0; i < KEEPER_RECEIVERS; i++)
        keep[i] = r->line[i].name;
    if (k->store != NULL)
        forgotten =
            store_forget_places(k->store, KEEPER_INFORM, keep, KEEPER_RECEIVERS, say_forgotten);
    if (forgotten >= 0) {
        k->refile |= places_forget(&k->kept, keep, KEEPER_RECEIVERS) || forgotten > 0;
        return;
    }
    pthread_mutex_lock(&k->lock);
    k->forget = true; /* with the next order, or after a while */
    pthread_mutex_unlock(&k->lock);
}

bool keeper_wants_saving(const struct keeper *k, size_t i)
{
    const struct line *l = &k->line[i];
    bool store = k->store != NULL && !k->stuck;

    return l->known && ((!k->unfiled && !is_filed(k, i, l)) ||
                        (store && place_ahead(&l->place, &k->done[i].saved)));
}
