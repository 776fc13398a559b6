/*
 * gateway.c: building and finding gateways and their parts.
 *
 * Parts are numbered from 1 everywhere outside the arrays: unit ids, register addresses and
 * commands all use the vendor's numbers.
 */
#include "gateway.h"

#include "fault.h"
#include "line.h"
#include "text.h"
#include "th.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct gateway *gateways;

/* FNV-1a; only has to tell names apart. */
static uint64_t hash_name(const char *name, uint64_t seed)
{
    uint64_t hash = 0xcbf29ce484222325u ^ seed;

    for (; *name; name++)
        hash = (hash ^ (uint8_t)*name) * 0x100000001b3u;
    return hash;
}

static void string_init(struct string *s, const struct settings *set, uint64_t seed)
{
    s->values.level = LEVEL_STRING;
    battery_init(&s->battery, set->celltype, set->capacity, seed);
    s->cell = calloc((size_t)set->cells + 1, sizeof(s->cell[0]));
    if (!s->cell)
        err(2, "%d cells", set->cells);
    for (int i = 0; i < set->cells; i++) {
        s->cell[i].values.level = LEVEL_CELL;
        battery_traits(&s->cell[i].traits, seed + 1000 + 16 * (uint64_t)i);
    }
}

struct gateway *gateway_new(const char *name, const struct settings *settings, uint64_t seed)
{
    struct gateway *gw = calloc(1, sizeof(*gw)), **end = &gateways;
    uint64_t hash = hash_name(name, seed + (uint64_t)settings->seed);

    if (!gw)
        err(2, "gateway %s", name);
    snprintf(gw->name, sizeof(gw->name), "%s", name);
    gw->settings = *settings;
    gw->server.watch.fd = -1;
    for (int i = 0; i < MAX_UPS; i++)
        gw->ups[i].values.level = LEVEL_UPS;
    for (int i = 0; i < settings->strings; i++)
        string_init(&gw->string[i], settings, hash + 100000 * (uint64_t)i);
    while (*end)
        end = &(*end)->next;
    *end = gw;
    return gw;
}

void gateway_free(struct gateway *gw)
{
    struct gateway **at = &gateways;

    while (*at != gw)
        at = &(*at)->next;
    *at = gw->next;
    fault_clear_all(gw); /* first: a fault might open the listener again */
    server_close(&gw->server);
    for (int i = 0; i < gw->settings.strings; i++)
        free(gw->string[i].cell);
    line_free(gw->line);
    free(gw->plain);
    free(gw->th);
    loop_free(gw);
}

struct gateway *gateway_find(const char *name)
{
    struct gateway *gw = gateways;

    while (gw && strcmp(gw->name, name))
        gw = gw->next;
    return gw;
}

bool gateway_check_name(const char *name, struct text *why)
{
    static const char allowed[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";

    if (strspn(name, allowed) != strlen(name) || strlen(name) >= 64) {
        text_add(why, "bad name \"%s\", only letters, digits, '.', '_' and '-', at most 63", name);
        return false;
    }
    if (gateway_find(name)) {
        text_add(why, "gateway %s exists already", name);
        return false;
    }
    return true;
}

bool gateway_maps(const struct gateway *gw, const struct reg *reg)
{
    switch (reg->need) {
    case NEED_VERSION_2:
        return gw->settings.version >= 2;
    case NEED_SOH:
        return gw->settings.soh;
    case NEED_ALARM:
        return gw->settings.alarm;
    case NEED_NOTHING:
        break;
    }
    return true;
}

struct ups *gateway_ups(struct gateway *gw, unsigned number)
{
    return number >= 1 && number <= (unsigned)gw->settings.ups ? &gw->ups[number - 1] : NULL;
}

struct string *gateway_string(struct gateway *gw, unsigned number)
{
    return number >= 1 && number <= (unsigned)gw->settings.strings ? &gw->string[number - 1] : NULL;
}

struct cell *gateway_cell(struct gateway *gw, struct string *string, unsigned number)
{
    return number >= 1 && number <= (unsigned)gw->settings.cells ? &string->cell[number - 1] : NULL;
}
