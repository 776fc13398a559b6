/* See topology.h: what was found, by what was declared. */
#include "core/topology_own.h"

#include <string.h>

static const struct topo_string *string_of(const struct topo_gateway *g, int number)
{
    for (const struct topo_string *s = g->string; s < g->string + g->strings; s++)
        if (s->number == number)
            return s;
    return NULL;
}

static bool not_in(const struct topo_string *s, const void *other)
{
    return string_of(other, s->number) == NULL;
}

/* NULL: it was not found, or has not told all it has: alarms of lost communication tell that. */
static const struct topo_gateway *found_as(const struct topo_run *r, const struct topo_gateway *g)
{
    for (size_t i = 0; i < r->found->gateways; i++)
        if (strcmp(r->found->gateway[i].name, g->name) == 0)
            return r->found->gateway[i].unheard ? NULL : &r->found->gateway[i];
    return NULL;
}

typedef void judge_gateway(struct topo_run *r, size_t i, const struct topo_gateway *g,
                           const struct topo_gateway *found);

static void each_gateway(struct topo_run *r, judge_gateway *judge)
{
    for (size_t i = 0; i < r->site->gateways; i++) {
        const struct topo_gateway *g = &r->site->gateway[i], *found = found_as(r, g);

        if (found != NULL)
            judge(r, i, g, found);
    }
}

static void judge_strings(struct topo_run *r, size_t i, const struct topo_gateway *g,
                          const struct topo_gateway *found)
{
    char numbers[TOPO_NUMBERS_SIZE];

    if (g->strings > 0 && topo_numbers(g, not_in, found, numbers) > 0)
        topo_broken(r, topo_at_gateway(i), "%s: string %s: declared, and not found",
                    topo_place_name(g).text, numbers);
    if (g->strings > 0 && topo_numbers(found, not_in, g, numbers) > 0)
        topo_broken(r, topo_at_gateway(i), "%s: string %s: found, and not declared",
                    topo_place_name(g).text, numbers);
}

void topo_found_strings(struct topo_run *r)
{
    each_gateway(r, judge_strings);
}

/* ---- each string that is declared and found ---------------------------------------------- */

typedef void judge_pair(struct topo_run *r, struct topo_at at, const char *place,
                        const struct topo_string *s, const struct topo_string *found);

static void each_pair(struct topo_run *r, judge_pair *judge)
{
    for (size_t i = 0; i < r->site->gateways; i++) {
        const struct topo_gateway *g = &r->site->gateway[i], *as = found_as(r, g);
        struct topo_place_text place = topo_place_name(g);

        for (size_t n = 0; as != NULL && n < g->strings; n++) {
            const struct topo_string *found = string_of(as, g->string[n].number);
            struct topo_at at = topo_at_gateway(i);

            at.string = g->string[n].number;
            if (found != NULL)
                judge(r, at, place.text, &g->string[n], found);
        }
    }
}

static void judge_ups(struct topo_run *r, struct topo_at at, const char *place,
                      const struct topo_string *s, const struct topo_string *found)
{
    if (s->ups != 0 && found->ups != 0 && s->ups != found->ups)
        topo_broken(r, at, "%s: string %d: declared of UPS %d, the gateway says UPS %d", place,
                    s->number, s->ups, found->ups);
}

void topo_found_ups(struct topo_run *r)
{
    each_pair(r, judge_ups);
}

static void judge_cells(struct topo_run *r, struct topo_at at, const char *place,
                        const struct topo_string *s, const struct topo_string *found)
{
    if (s->cells != 0 && found->cells != 0 && s->cells != found->cells)
        topo_broken(r, at, "%s: string %d: %d cells declared, %d found", place, s->number, s->cells,
                    found->cells);
}

void topo_found_cells(struct topo_run *r)
{
    each_pair(r, judge_cells);
}

static void judge_kind(struct topo_run *r, struct topo_at at, const char *place,
                       const struct topo_string *s, const struct topo_string *found)
{
    if (s->cell_voltage != 0 && found->cell_voltage != 0 && s->cell_voltage != found->cell_voltage)
        topo_broken(r, at, "%s: string %d: batteries of %d V declared, of %d V found", place,
                    s->number, s->cell_voltage, found->cell_voltage);
}

void topo_found_kind(struct topo_run *r)
{
    each_pair(r, judge_kind);
}

/* ---- sensors ----------------------------------------------------------------------------- */

static bool has_th(const struct topo_string *s, const void *ctx)
{
    (void)ctx;
    return s->th;
}

static bool lacks_th(const struct topo_string *s, const void *found)
{
    const struct topo_string *is = string_of(found, s->number);

    return s->th && is != NULL && !is->th;
}

/* Where strings say that they have one, those; else as many as the master controller has. */
static void judge_th(struct topo_run *r, size_t i, const struct topo_gateway *g,
                     const struct topo_gateway *found)
{
    char numbers[TOPO_NUMBERS_SIZE];
    size_t told = topo_numbers(g, has_th, NULL, numbers);
    size_t is = topo_numbers(found, has_th, NULL, numbers);
    uint32_t counted = topo_master_sum(g).th;

    if (told == 0 && g->masters == 0)
        return;
    if (told > 0 && topo_numbers(g, lacks_th, found, numbers) > 0)
        topo_broken(r, topo_at_gateway(i), "%s: string %s: has a BM-TH that tells nothing",
                    topo_place_name(g).text, numbers);
    else if (told == 0 && is != counted)
        topo_broken(r, topo_at_gateway(i), "%s: %u BM-TH declared, %zu found",
                    topo_place_name(g).text, counted, is);
    else if (told > 0 && is > told)
        topo_broken(r, topo_at_gateway(i), "%s: %zu BM-TH declared, %zu found",
                    topo_place_name(g).text, told, is);
}

void topo_found_th(struct topo_run *r)
{
    each_gateway(r, judge_th);
}

static void judge_sensors(struct topo_run *r, size_t i, const struct topo_th *found)
{
    const struct topo_th *t = &r->site->th[i];
    struct topo_at at = TOPO_AT_SITE;

    at.th = (int)i;
    at.device = t->set ? TOPO_TM_C_A1 : TOPO_TH_MC;
    if (!found->unheard && t->sensors != 0 && found->sensors != t->sensors)
        topo_broken(r, at, "TH controller \"%s\": %u sensors declared, %u found", t->name,
                    t->sensors, found->sensors);
}

void topo_found_sensors(struct topo_run *r)
{
    for (size_t i = 0; i < r->site->ths; i++)
        for (size_t f = 0; f < r->found->ths; f++)
            if (strcmp(r->found->th[f].name, r->site->th[i].name) == 0)
                judge_sensors(r, i, &r->found->th[f]);
}
