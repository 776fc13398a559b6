/* The site thread and its store: opened, appended to, merged with what this run knows. */
#include "site_own.h"

#include "core/log.h"
#include "orders.h"

#include <stdlib.h>
#include <string.h>

enum {
    BATCH = 512,        /* events per transaction */
    PATIENCE_MS = 2000, /* the defaults */
    FAILING_MS = 100,
    KEEP_MS = 60000,
    REOPEN_MS = 10000,  /* the default */
    PRUNE_MS = 3600000, /* old events are looked for; while there are, every turn deletes some */
};

static int or_default(int v, int otherwise)
{
    return v > 0 ? v : otherwise;
}

static void wait_for_store(struct site *s)
{
    s->reopen_due =
        site_clock_ms(CLOCK_BOOTTIME) + or_default(s->set.site_pace.reopen_ms, REOPEN_MS);
}

/* One that fails is still asked in every turn, but no alarm waits for the answer. */
static void set_patience(struct site *s)
{
    if (s->store != NULL)
        store_set_patience(s->store, s->store_failing
                                         ? FAILING_MS
                                         : or_default(s->set.site_pace.patience_ms, PATIENCE_MS));
}

void site_say_store(struct site *s, bool failing, const char *why)
{
    if (failing && !s->store_failing)
        log_say(LOG_LEVEL_ERROR,
                "the store fails: %s; alarms are told all the same and stored when it is back",
                why);
    if (failing && !s->store_failing)
        wait_for_store(s);
    if (!failing && s->store_failing)
        log_say(LOG_LEVEL_NOTICE, "the store is back%s",
                s->ledger.lost.n == 0 ? ", nothing is lost" : "");
    s->store_failing = failing;
    set_patience(s);
}

/* Other programs number events too. */
static void see_numbers(struct site *s)
{
    struct store_floor floor = store_numbers(s->store);

    if (floor.sequence > s->ledger.sequence)
        s->ledger.sequence = floor.sequence;
    if (floor.alarm_id > s->ledger.alarm_id)
        s->ledger.alarm_id = floor.alarm_id;
}

/* One transaction; the numbers that were 0 are given in it. */
static bool append(struct site *s, size_t from, size_t n)
{
    if (store_append(s->store, s->ledger.ring + from, n) != 0) {
        site_say_store(s, true, store_error(s->store));
        return false;
    }
    for (size_t i = from; i < from + n; i++)
        s->ledger.ring[i].stored = true;
    ledger_spread_ids(&s->ledger, from);
    steward_look_again(&s->steward);
    see_numbers(s);
    return true;
}

/* Those that the agent stores are left out, it shows them itself. */
static int read_active(struct site *s, struct alarm **ret, size_t *ret_n)
{
    size_t n, kept = 0;

    if (store_active(s->store, ret, &n) != 0)
        return -1;
    for (size_t i = 0; i < n; i++)
        if (!cause_is_agents((*ret)[i].kind) || cause_is_momentary((*ret)[i].kind))
            (*ret)[kept++] = (*ret)[i];
    *ret_n = kept;
    return 0;
}

/* What the store knows and this run does not, and the other way round. */
static bool merge(struct site *s)
{
    struct alarm *active = NULL;
    struct event *last = NULL;
    size_t actives = 0, events = 0;
    bool read = read_active(s, &active, &actives) == 0 &&
                store_last_events(s->store, SNAPSHOT_EVENTS_MAX, &last, &events) == 0;
    bool good = read && ledger_merge(&s->ledger, active, actives, last, events, s->same_store);

    if (!good)
        free(active);
    if (!good)
        site_say_store(s, true, read ? "no memory" : store_error(s->store));
    s->same_store |= good;
    s->steward.events += good ? (unsigned)s->ledger.amends : 0;
    steward_look_again(&s->steward);
    free(last);
    return good;
}

/* One that fails is well when somebody could write to it, though there is nothing to be stored. */
static bool has_come_back(struct site *s)
{
    if (!s->store_failing || store_try(s->store) == 0)
        return true;
    site_say_store(s, true, store_error(s->store));
    return false;
}

/* Numbers of our own may have been given to others as well while the store was away. */
static bool settle_numbers(struct site *s, size_t from)
{
    return from == s->ledger.events || s->ledger.ring[from].sequence == 0 || merge(s);
}

void site_save(void *ctx)
{
    struct site *s = ctx;
    bool good = s->store != NULL && settle_numbers(s, ledger_unstored(&s->ledger));
    size_t from = ledger_unstored(&s->ledger), n = s->ledger.events;

    for (size_t at = from; good && at < n; at += BATCH)
        good = append(s, at, n - at < BATCH ? n - at : BATCH);
    if (good && (n > from || has_come_back(s)))
        site_say_store(s, false, "");
    else
        ledger_number(&s->ledger, from);
}

/* Of the difference to what stands in the store as many events as fit a transaction; -1: it fails. */
static int reconcile(struct site *s, int64_t wall_ms)
{
    struct alarm *active = NULL;
    size_t actives, n;

    if (read_active(s, &active, &actives) != 0) {
        site_say_store(s, true, store_error(s->store));
        return -1;
    }
    n = ledger_reconcile(&s->ledger, active, actives, BATCH, wall_ms);
    free(active);
    return n == 0 || append(s, s->ledger.events - n, n) ? (int)n : -1;
}

void site_settle_losses(struct site *s, struct moment t)
{
    int n = 1;

    if (s->ledger.lost.n == 0 || s->store == NULL || s->store_failing ||
        ledger_unstored(&s->ledger) < s->ledger.events)
        return;
    while (n > 0)
        n = reconcile(s, t.wall);
    if (n == 0)
        steward_say_lost(&s->steward, t);
}

static size_t number_of(const struct site *s, uint32_t device)
{
    size_t i = 0;

    while (i < s->devices && s->entry[i].index != device)
        i++;
    return i;
}

/* What expectations of it rest on. */
static uint32_t mark_of(const struct site *s, size_t i)
{
    const struct gateway_config *g = site_gateway(s, i);

    return g != NULL ? orders_mark(g) : orders_mark_th(site_th(s, i));
}

bool site_keep_expected(void *ctx, uint32_t device, const struct census *c)
{
    struct site *s = ctx;
    size_t i = number_of(s, device);
    int64_t now = site_clock_ms(CLOCK_BOOTTIME);

    if (s->store == NULL || s->store_failing || i == s->devices || now < s->expect_due)
        return false;
    if (orders_expect(s->store, device, mark_of(s, i), c))
        return true;
    s->expect_due = now + or_default(s->set.site_pace.reopen_ms, REOPEN_MS);
    site_say_store(s, true, store_error(s->store));
    return false;
}

void site_note_accepted(void *ctx, size_t g, const struct census *c)
{
    struct site *s = ctx;

    pthread_mutex_lock(&s->lock);
    s->expected[g] = *c;
    s->accepted[g]++;
    pthread_mutex_unlock(&s->lock);
}

static void read_expected(struct site *s, size_t i)
{
    struct census c;

    if (!orders_expected(s->store, s->entry[i].index, mark_of(s, i), &c))
        return;
    steward_expected(&s->steward, i, &c);
    pthread_mutex_lock(&s->lock);
    s->expected[i] = c;
    pthread_mutex_unlock(&s->lock);
}

/* As the store has it; what cannot be read stays as it was. */
static void read_replaced(struct site *s, size_t i)
{
    struct replaced *r = &s->replaced[i];
    struct replacement *of;
    size_t n;

    if (store_replaced(s->store, s->entry[i].index, &of, &n) != 0) {
        site_say_store(s, true, store_error(s->store));
        return;
    }
    pthread_mutex_lock(&s->lock);
    free(r->of);
    r->of = of;
    r->n = n;
    r->times++;
    pthread_mutex_unlock(&s->lock);
}

bool site_keep_replaced(void *ctx, size_t g, const struct store_request *r)
{
    struct site *s = ctx;

    if (s->store == NULL || store_replace(s->store, s->entry[g].index, r) != 0) {
        site_say_store(s, true, s->store != NULL ? store_error(s->store) : "it is not open");
        return false;
    }
    read_replaced(s, g);
    return true;
}

/* ---- opened ------------------------------------------------------------------------------ */

static bool open_store(struct site *s)
{
    const struct store_floor floor = {s->ledger.sequence, s->ledger.alarm_id, s->device};
    char why[512] = "";
    enum store_result r = store_open(s->set.data_dir, &floor, &s->store, why, sizeof(why));
    uint64_t was = atomic_load(&s->set.publisher->store_id);

    s->give_up = r == STORE_NEWER;
    wait_for_store(s);
    s->renewed |= r == STORE_RENEWED;
    if (r == STORE_RENEWED)
        log_say(LOG_LEVEL_ERROR, "%s", why);
    if (r == STORE_FAILED || r == STORE_NEWER)
        site_say_store(s, true, why);
    if (s->store == NULL)
        return false;
    set_patience(s);
    s->same_store = was == 0 || was == store_id(s->store);
    return true;
}

static uint32_t moved(const struct site *s, const uint32_t *index, uint32_t device)
{
    for (size_t i = 0; i < s->devices; i++)
        if (s->entry[i].index == device)
            return index[i];
    return device;
}

/* The indexes were guessed without the store, which says others. */
static void move_devices(struct site *s, const uint32_t *index)
{
    for (size_t i = 0; i < s->ledger.actives; i++)
        s->ledger.active[i].gateway = moved(s, index, s->ledger.active[i].gateway);
    ledger_index(&s->ledger);
    for (size_t i = 0; i < s->ledger.events; i++)
        s->ledger.ring[i].alarm.gateway = moved(s, index, s->ledger.ring[i].alarm.gateway);
    pthread_mutex_lock(&s->lock);
    for (size_t i = 0; i < s->devices; i++)
        s->entry[i].index = index[i];
    pthread_mutex_unlock(&s->lock);
}

static bool rename_device(struct site *s, size_t i)
{
    const struct gateway_config *g = site_gateway(s, i);
    const char *name = s->entry[i].name;
    const char *former = g != NULL ? g->former_name : site_th(s, i)->former_name;
    enum store_renaming is;

    if (*former == '\0')
        return true;
    if (store_rename_device(s->store, former, name, &is) != 0)
        return false;
    if (is == STORE_RENAMED)
        log_say(LOG_LEVEL_NOTICE,
                "\"%s\" goes on with index, alarms and history of \"%s\", its FormerName", name,
                former);
    if (is == STORE_BOTH_THERE)
        log_say(LOG_LEVEL_ERROR,
                "\"%s\": FormerName \"%s\" cannot be taken over: both names have an index and a "
                "history already, and stay apart; remove FormerName, or use the old name again",
                name, former);
    if (is == STORE_RENAMES_NONE)
        log_say(LOG_LEVEL_WARNING,
                "\"%s\": nothing called \"%s\", its FormerName, was ever polled; it begins anew",
                name, former);
    return true;
}

static bool name_devices(struct site *s)
{
    uint32_t *index = calloc(s->devices + 1, sizeof(*index));
    uint32_t highest = store_numbers(s->store).device;
    size_t i = 0;

    while (index != NULL && i < s->devices && rename_device(s, i) &&
           store_device(s->store, s->entry[i].name, &index[i]) == 0)
        i++;
    if (i == s->devices && index != NULL) {
        for (size_t g = 0; g < s->devices; g++)
            s->fresh[g] = index[g] > highest && !s->listed[g] && !s->renewed;
        move_devices(s, index);
        publisher_clean(s->set.publisher, index, s->devices);
    } else {
        site_say_store(s, true, index != NULL ? store_error(s->store) : "no memory");
    }
    free(index);
    return i == s->devices;
}

static bool number_quantities(struct site *s)
{
    bool good = site_number_quantities(s);

    if (!good)
        site_say_store(s, true, store_error(s->store));
    return good;
}

/* For links, which are told of what stands before they find it out. */
static void keep_presets(struct site *s)
{
    size_t n = s->ledger.actives;
    struct alarm *preset = calloc(n + 1, sizeof(*preset));

    if (preset == NULL)
        return;
    if (n > 0)
        memcpy(preset, s->ledger.active, n * sizeof(*preset));
    pthread_mutex_lock(&s->lock);
    free(s->preset);
    s->preset = preset;
    s->presets = n;
    s->loaded++;
    pthread_mutex_unlock(&s->lock);
}

/* All or nothing. */
static bool take_store(struct site *s)
{
    if (!open_store(s))
        return false;
    if (!name_devices(s) || !site_name_aggregators(s) || !number_quantities(s) || !merge(s)) {
        store_close(s->store);
        s->store = NULL;
        return false;
    }
    see_numbers(s);
    atomic_store(&s->set.publisher->store_id, store_id(s->store));
    for (size_t i = 0; i < s->devices; i++) {
        read_expected(s, i);
        read_replaced(s, i);
    }
    keep_presets(s);
    return true;
}

void site_open_store(struct site *s)
{
    if (!take_store(s))
        keep_presets(s); /* of the files */
}

/* One that fails for long may be another file by now: removed, or put aside as damaged by another
 * program. */
bool site_try_store(struct site *s)
{
    if (s->give_up || site_clock_ms(CLOCK_BOOTTIME) < s->reopen_due ||
        (s->store != NULL && !s->store_failing))
        return false;
    store_close(s->store);
    s->store = NULL;
    return take_store(s);
}

void site_keep_alarms(struct site *s, bool now)
{
    int64_t ms = site_clock_ms(CLOCK_BOOTTIME);
    size_t n = s->ledger.actives;

    if (!s->steward.unkept || s->store == NULL || s->store_failing || (!now && ms < s->keep_due))
        return;
    if (store_keep(s->store, s->ledger.active, n) != 0)
        site_say_store(s, true, store_error(s->store));
    else
        s->steward.unkept = false;
    s->keep_due = ms + or_default(s->set.site_pace.keep_ms, KEEP_MS);
}

/* A failure is not said: the store may be busy, and if it is not well, storing the next event says
 * so. */
void site_prune(struct site *s)
{
    int64_t now = site_clock_ms(CLOCK_BOOTTIME), keep = s->set.retention_ms;
    int64_t before = keep > 0 ? site_clock_ms(CLOCK_REALTIME) - keep : 0;

    if (s->store == NULL || s->store_failing || now < s->prune_due)
        return;
    if (store_prune(s->store, before, STORE_MOST) < STORE_PRUNE_MOST)
        s->prune_due = now + PRUNE_MS;
}
