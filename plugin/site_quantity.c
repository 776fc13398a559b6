/* The numbers of the quantities that configuration adds: the store gives them; while it cannot be read,
 * those of the last run hold, and what has none waits. */
#include "site_own.h"

#include <stdlib.h>
#include <string.h>

/* Under the lock, since links ask for them. */
static void set_number(struct site *s, size_t g, int i, uint16_t number)
{
    pthread_mutex_lock(&s->lock);
    s->quantity[g].number[i] = number;
    pthread_mutex_unlock(&s->lock);
}

void site_quantities(struct site *s, size_t g, uint16_t ret[QUANTITY_MAX])
{
    pthread_mutex_lock(&s->lock);
    memcpy(ret, s->quantity[g].number, sizeof(s->quantity[g].number));
    pthread_mutex_unlock(&s->lock);
}

/* False: the store fails. */
static bool number_one(struct site *s, size_t g, int i)
{
    const struct quantity_def *d = &s->set.gateway[g].quantity[i];
    const struct store_quantity q = {d->name, d->ups, d->string, d->cell};
    uint16_t number;

    if (store_quantity(s->store, s->entry[g].index, &q, &number) != 0)
        return false;
    set_number(s, g, i, number);
    return true;
}

bool site_number_quantities(struct site *s)
{
    for (size_t g = 0; g < s->set.gateways; g++)
        for (int i = 0; i < s->set.gateway[g].addeds; i++)
            if (!number_one(s, g, i))
                return false;
    return true;
}

static void guess_one(struct site *s, size_t g, const struct snapshot_quantity *was)
{
    const struct gateway_config *c = &s->set.gateway[g];

    for (int i = 0; i < c->addeds; i++)
        if (strcmp(c->quantity[i].name, was->name) == 0 && c->quantity[i].ups == was->ups &&
            c->quantity[i].string == was->string && c->quantity[i].cell == was->cell)
            set_number(s, g, i, was->number);
}

void site_restore_quantities(struct site *s, size_t g)
{
    struct snapshot_quantity was;
    struct snapshot snap;
    char name[32];
    void *data;

    if (s->set.gateway[g].addeds == 0 || !s->listed[g])
        return;
    snapshot_device_name(s->entry[g].index, name, sizeof(name));
    data = site_read_snapshot(s, name, SNAPSHOT_DEVICE, &snap);
    for (uint32_t i = 0; data != NULL && i < snap.section[6].count; i++) {
        snapshot_get_quantity(&snap, i, &was);
        guess_one(s, g, &was);
    }
    free(data);
}
