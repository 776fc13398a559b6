/* What is declared of a gateway or TH controller, against what is there, by the rules of the hardware table. */
#include "steward_own.h"

#include <stdio.h>
#include <string.h>

/* ---- what was found ---------------------------------------------------------------------- */

struct found {
    struct topo_gateway gateway;
    struct topo_string string[STRING_MAX];
};

static void fill_found(const struct census *c, const char *name, struct found *ret)
{
    struct topo_string *to = ret->string;

    for (int s = 0; s < STRING_MAX; s++)
        if (c->strings >> s & 1)
            *to++ = (struct topo_string){.number = (uint16_t)(s + 1),
                                         .ups = c->ups_of[s],
                                         .cells = c->cells[s],
                                         .cell_voltage = c->type[s],
                                         .th = c->ambient >> s & 1};
    ret->gateway =
        (struct topo_gateway){.string = ret->string, .strings = (size_t)(to - ret->string)};
    snprintf(ret->gateway.name, sizeof(ret->gateway.name), "%s", name);
}

/* ---- findings ---------------------------------------------------------------------------- */

struct difference {
    const struct steward_place *place;
    char *text;
    size_t size;
    unsigned n;
};

static void add_text(struct difference *d, const char *text)
{
    size_t used = strlen(d->text);

    snprintf(d->text + used, d->size - used, "%s%s", used > 0 ? "; " : "", text);
    d->n++;
}

/* Without the gateway's name, which the alarm begins with. */
static const char *without_place(const char *text)
{
    const char *after = strstr(text, "\": ");

    return after != NULL ? after + 3 : text;
}

static void on_finding(void *ctx, const struct topo_finding *f)
{
    struct difference *d = ctx;

    if ((f->rule == TOPO_FOUND_STRINGS && !d->place->complete) ||
        (f->rule == TOPO_FOUND_TH && !d->place->th_told))
        return;
    add_text(d, without_place(f->text));
}

static void compare_ups(struct difference *d, const struct census *is)
{
    for (int u = 0; u < UPS_MAX; u++) {
        int n = 0, told = d->place->ups_strings != NULL ? d->place->ups_strings[u] : 0;
        char text[80];

        for (int s = 0; s < STRING_MAX; s++)
            n += is->strings >> s & 1 && is->ups_of[s] == u + 1;
        snprintf(text, sizeof(text), "UPS %d: %d strings declared, %d found", u + 1, told, n);
        if (told != 0 && n != told)
            add_text(d, text);
    }
}

static bool has_strings_of(const struct census *is, int ups)
{
    for (int s = 0; s < STRING_MAX; s++)
        if (is->strings >> s & 1 && is->ups_of[s] == ups)
            return true;
    return false;
}

/* Gateway number `g` has strings of a UPS of this name. */
static bool has_named_ups(const struct steward *s, size_t g, const char *name)
{
    const struct topo_gateway *d = s->set.place[g].declared;

    for (size_t u = 0; d != NULL && u < d->upses; u++)
        if (strcmp(d->ups[u].name, name) == 0 &&
            has_strings_of(&s->gateway[g].is, d->ups[u].number))
            return true;
    return false;
}

/* As the rule tells it of declarations: of each gateway but the first. */
static void look_at_shared(struct difference *d, const struct steward *s, size_t g)
{
    const struct topo_gateway *is = d->place->declared;

    for (size_t u = 0; d->place->shares && u < is->upses; u++)
        for (size_t b = 0; b < g; b++) {
            char text[3 * NAME_SIZE];

            if (!has_named_ups(s, g, is->ups[u].name) || !has_named_ups(s, b, is->ups[u].name))
                continue;
            snprintf(text, sizeof(text), "UPS \"%s\" has strings on gateway \"%s\" too",
                     is->ups[u].name, s->set.entry[b].name);
            add_text(d, text);
        }
}

bool steward_is_declared(const struct steward *s, size_t g)
{
    const struct topo_gateway *d = s->set.place != NULL ? s->set.place[g].declared : NULL;
    const struct topo_th *th = s->set.place != NULL ? s->set.place[g].th : NULL;

    return (d != NULL && (d->strings > 0 || d->masters > 0)) || (th != NULL && th->sensors > 0);
}

static void compare_th(struct difference *d, const struct census *is)
{
    const struct topo_th *th = d->place->th;
    struct topo_th found = *th;
    struct topo_site declared = {.th = th, .ths = 1}, there = {.th = &found, .ths = 1};

    found.sensors =
        (uint32_t)(__builtin_popcountll(is->sensors[0]) + __builtin_popcountll(is->sensors[1]));
    topology_compare(&declared, &there, on_finding, d);
}

static void compare_gateway(struct difference *d, const struct census *is)
{
    struct topo_site declared = {.gateways = 1}, there = {.gateways = 1};
    struct found found;

    fill_found(is, d->place->declared->name, &found);
    declared.gateway = d->place->declared;
    there.gateway = &found.gateway;
    topology_compare(&declared, &there, on_finding, d);
    compare_ups(d, is);
}

unsigned steward_compare_declared(const struct steward *s, size_t g, char *ret, size_t size)
{
    const struct steward_place *place = s->set.place != NULL ? &s->set.place[g] : NULL;
    const struct census *is = &s->gateway[g].is;
    struct difference d = {place, ret, size, 0};

    *ret = '\0';
    if (place != NULL && place->th != NULL)
        compare_th(&d, is);
    if (place == NULL || place->declared == NULL)
        return d.n;
    compare_gateway(&d, is);
    look_at_shared(&d, s, g);
    return d.n;
}

/* ---- what is expected -------------------------------------------------------------------- */

static const struct topo_gateway *all_told(const struct steward *s, size_t g)
{
    const struct steward_place *place = s->set.place != NULL ? &s->set.place[g] : NULL;

    return place != NULL && place->declared != NULL && place->complete ? place->declared : NULL;
}

static const struct topo_string *find_string(const struct topo_gateway *d, int number)
{
    for (size_t i = 0; i < d->strings; i++)
        if (d->string[i].number == number)
            return &d->string[i];
    return NULL;
}

/* Configuration wins over what was found once. */
void steward_expect(const struct steward *s, size_t g, struct census *ret)
{
    const struct topo_gateway *d = all_told(s, g);
    bool all = true;
    uint32_t ups = 0;

    *ret = s->gateway[g].has_expected ? s->gateway[g].expected : (struct census){.ups = 0};
    if (d == NULL)
        return;
    ret->strings = 0;
    for (size_t i = 0; i < d->strings; i++) {
        const struct topo_string *t = &d->string[i];

        ret->strings |= (uint32_t)1 << (t->number - 1);
        if (t->cells != 0)
            ret->cells[t->number - 1] = (uint8_t)(t->cells < CELL_MAX ? t->cells : CELL_MAX);
        ups |= t->ups != 0 ? (uint32_t)1 << (t->ups - 1) : 0;
        all &= t->ups != 0;
    }
    ret->ups = all ? ups : ret->ups | ups;
}

/* Strings that are not declared, or whose cells are, and those that are not there. */
void steward_leave_to_declared(const struct steward *s, size_t g, struct census *c)
{
    const struct topo_gateway *d = all_told(s, g);

    for (int i = 0; d != NULL && i < STRING_MAX; i++) {
        const struct topo_string *t = find_string(d, i + 1);

        if (t == NULL || t->cells != 0 || !(s->gateway[g].is.strings >> i & 1))
            c->strings &= ~((uint32_t)1 << i);
    }
}
