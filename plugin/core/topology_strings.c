/* See topology.h: rules of gateways, UPS, strings, their cells and Hall sensors. */
#include "core/topology_own.h"

#include <stdio.h>
#include <string.h>

/* ---- gateways and UPS -------------------------------------------------------------------- */

void topo_gateway_strings(struct topo_run *r)
{
    for (size_t i = 0; i < r->site->gateways; i++) {
        const struct topo_gateway *g = &r->site->gateway[i];

        if (g->place == TOPO_GATEWAY && g->strings > TOPO_STRINGS_PER_GATEWAY)
            topo_broken(r, topo_at_gateway(i), "%s: %zu strings, a BM-GW takes at most %d",
                        topo_place_name(g).text, g->strings, TOPO_STRINGS_PER_GATEWAY);
    }
}

void topo_gateway_masters(struct topo_run *r)
{
    for (size_t i = 0; i < r->site->gateways; i++) {
        const struct topo_gateway *g = &r->site->gateway[i];

        if (g->masters > TOPO_MASTERS_PER_GATEWAY)
            topo_broken(r, topo_at_gateway(i), "%s: %zu BM-MC, a BM-GW takes at most %d",
                        topo_place_name(g).text, g->masters, TOPO_MASTERS_PER_GATEWAY);
    }
}

static bool has_ups(const struct topo_gateway *g, const char *name)
{
    for (size_t i = 0; i < g->upses; i++)
        if (strcmp(g->ups[i].name, name) == 0)
            return true;
    return false;
}

/* The first gateway from `from` on that has this UPS, below `to`; -1: none. */
static int find_ups(const struct topo_site *site, const char *name, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        if (has_ups(&site->gateway[i], name))
            return (int)i;
    return -1;
}

/* Told of the second gateway that has it, and of each after that. */
void topo_ups_one_gateway(struct topo_run *r)
{
    for (size_t i = 1; i < r->site->gateways; i++) {
        const struct topo_gateway *g = &r->site->gateway[i];

        for (size_t u = 0; u < g->upses; u++) {
            const char *name = g->ups[u].name;
            int first = *name != '\0' ? find_ups(r->site, name, 0, i) : -1;

            if (first >= 0)
                topo_broken(r, topo_at_gateway(i),
                            "%s: has strings of UPS \"%s\" as %s has; all strings of one UPS "
                            "should sit on the same BM-GW",
                            topo_place_name(g).text, name,
                            topo_place_name(&r->site->gateway[first]).text);
        }
    }
}

/* ---- one string master per string -------------------------------------------------------- */

static void judge_numbers(struct topo_run *r, size_t i)
{
    const struct topo_gateway *g = &r->site->gateway[i];
    struct topo_at at = topo_at_gateway(i);

    for (const struct topo_string *s = g->string; s < g->string + g->strings; s++)
        for (const struct topo_string *before = g->string; before < s; before++)
            if (before->number == s->number) {
                at.string = s->number;
                topo_broken(r, at, "%s: string %d is told twice, a string has one BM-SS",
                            topo_place_name(g).text, s->number);
                break;
            }
}

static const char *ups_name(const struct topo_gateway *g, int number)
{
    for (size_t i = 0; number > 0 && i < g->upses; i++)
        if (g->ups[i].number == number)
            return g->ups[i].name;
    return "";
}

/* The string of this name and of this UPS; NULL: there is none. */
static const struct topo_string *find_string(const struct topo_gateway *g, const char *name,
                                             const char *ups)
{
    for (const struct topo_string *s = g->string; s < g->string + g->strings; s++)
        if (strcmp(s->name, name) == 0 && strcmp(ups_name(g, s->ups), ups) == 0)
            return s;
    return NULL;
}

/* Strings are numbered by gateway: one of another gateway is the same only by its name, in a UPS of
 * the same name. */
static void judge_claims(struct topo_run *r, size_t i)
{
    const struct topo_gateway *g = &r->site->gateway[i];
    struct topo_at at = topo_at_gateway(i);

    for (const struct topo_string *s = g->string; s < g->string + g->strings; s++) {
        const char *ups = ups_name(g, s->ups);

        for (size_t b = 0; *s->name != '\0' && *ups != '\0' && b < i; b++) {
            const struct topo_gateway *other = &r->site->gateway[b];
            const struct topo_string *twin = find_string(other, s->name, ups);

            at.string = s->number;
            if (twin != NULL)
                topo_broken(r, at,
                            "%s: string %d is \"%s\" of UPS \"%s\", as string %d of %s is: a "
                            "string has one BM-SS, on one of them",
                            topo_place_name(g).text, s->number, s->name, ups, twin->number,
                            topo_place_name(other).text);
        }
    }
}

void topo_string_once(struct topo_run *r)
{
    for (size_t i = 0; i < r->site->gateways; i++) {
        judge_numbers(r, i);
        judge_claims(r, i);
    }
}

/* ---- each string ------------------------------------------------------------------------- */

typedef void judge_string(struct topo_run *r, struct topo_at at, const char *place,
                          const struct topo_string *s);

static void each_string(struct topo_run *r, judge_string *judge)
{
    for (size_t i = 0; i < r->site->gateways; i++) {
        const struct topo_gateway *g = &r->site->gateway[i];
        struct topo_place_text place = topo_place_name(g);

        for (const struct topo_string *s = g->string; s < g->string + g->strings; s++) {
            struct topo_at at = topo_at_gateway(i);

            at.string = s->number;
            judge(r, at, place.text, s);
        }
    }
}

static void judge_cells(struct topo_run *r, struct topo_at at, const char *place,
                        const struct topo_string *s)
{
    if (s->cells > TOPO_CELLS_PER_STRING)
        topo_broken(r, at, "%s: string %d: %d cells, a BM-SS takes at most %d BM-CS", place,
                    s->number, s->cells, TOPO_CELLS_PER_STRING);
}

void topo_string_cells(struct topo_run *r)
{
    each_string(r, judge_cells);
}

static void judge_cell_kind(struct topo_run *r, struct topo_at at, const char *place,
                            const struct topo_string *s)
{
    const uint8_t *kind = topo_cell_voltages;

    while (*kind != 0 && *kind != s->cell_voltage)
        kind++;
    if (s->cell_voltage != 0 && *kind == 0)
        topo_broken(r, at, "%s: string %d: batteries of %d V; there is a BM-CS for 2, 6 and 12 V",
                    place, s->number, s->cell_voltage);
}

void topo_cell_kind(struct topo_run *r)
{
    each_string(r, judge_cell_kind);
}

static bool is_rating(uint32_t ampere)
{
    const uint16_t *rating = topo_hall_ratings;

    while (*rating != 0 && *rating != ampere)
        rating++;
    return *rating != 0;
}

static uint32_t largest_rating(void)
{
    const uint16_t *rating = topo_hall_ratings;

    while (rating[1] != 0)
        rating++;
    return *rating;
}

static void judge_hall_kind(struct topo_run *r, struct topo_at at, const char *place,
                            const struct topo_string *s)
{
    if (s->hall_a != 0 && !is_rating(s->hall_a))
        topo_broken(r, at,
                    "%s: string %d: a Hall sensor of %u A; there are BM-HS of 100, 200, 400, 800 "
                    "and 1000 A",
                    place, s->number, s->hall_a);
}

void topo_hall_kind(struct topo_run *r)
{
    each_string(r, judge_hall_kind);
}

static void judge_hall_range(struct topo_run *r, struct topo_at at, const char *place,
                             const struct topo_string *s)
{
    if (s->max_current_a > largest_rating())
        topo_broken(r, at, "%s: string %d: up to %u A, the largest BM-HS measures up to %u A",
                    place, s->number, s->max_current_a, largest_rating());
    else if (s->hall_a != 0 && s->max_current_a > s->hall_a)
        topo_broken(r, at, "%s: string %d: up to %u A, its BM-HS measures up to %u A", place,
                    s->number, s->max_current_a, s->hall_a);
}

static bool lacks_rating(const struct topo_string *s, const void *ctx)
{
    (void)ctx;
    return s->hall_a == 0 && s->max_current_a != 0 && s->max_current_a <= largest_rating();
}

static bool lacks_current(const struct topo_string *s, const void *ctx)
{
    (void)ctx;
    return s->hall_a != 0 && s->max_current_a == 0;
}

/* One line for all strings of a gateway of which only half is told. */
void topo_hall_range(struct topo_run *r)
{
    char numbers[TOPO_NUMBERS_SIZE];

    each_string(r, judge_hall_range);
    for (size_t i = 0; i < r->site->gateways; i++) {
        const struct topo_gateway *g = &r->site->gateway[i];
        struct topo_place_text place = topo_place_name(g);

        if (topo_numbers(g, lacks_rating, NULL, numbers) > 0)
            topo_unknown(r, topo_at_gateway(i),
                         "%s: string %s: the rating of the BM-HS is not told: whether it suffices "
                         "for the maximum current is unknown",
                         place.text, numbers);
        if (topo_numbers(g, lacks_current, NULL, numbers) > 0)
            topo_unknown(r, topo_at_gateway(i),
                         "%s: string %s: the maximum current is not told: whether the BM-HS "
                         "suffices is unknown",
                         place.text, numbers);
    }
}
