/* See declared.h. */
#include "declared.h"

#include "core/alarm.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_complete(const struct gateway_config *g)
{
    if (g->line != NULL) /* each of its string masters has a block */
        return true;
    for (int s = 0; s < STRING_MAX; s++)
        if (g->string[s].parts.ups != 0 || g->string[s].parts.cells != 0)
            return true;
    return false;
}

static bool is_told(const struct string_config *s)
{
    const struct string_parts *p = &s->parts;

    return p->ups != 0 || p->cells != 0 || p->max_a != 0 || p->ambient || p->insulation ||
           s->hall_a != 0 || s->cell_type != CELL_TYPE_UNKNOWN || s->relay_closed;
}

static void fill_string(struct topo_string *to, int number, const struct string_config *s)
{
    to->number = (uint16_t)number;
    to->ups = (uint16_t)s->parts.ups;
    to->cells = (uint16_t)s->parts.cells;
    to->cell_voltage = (uint16_t)s->cell_type;
    to->hall_a = (uint32_t)s->hall_a;
    to->max_current_a = (uint32_t)s->parts.max_a;
    to->th = s->parts.ambient;
    to->gs = s->parts.insulation;
}

static uint32_t count_parts(const struct topo_gateway *g, bool gs)
{
    uint32_t n = 0;

    for (size_t i = 0; i < g->strings; i++)
        n += gs ? g->string[i].gs : g->string[i].th;
    return n;
}

/* Where it is not told how many sensors hang on it, those that strings say they have. */
static void fill_master(struct topo_master *to, const struct controller_config *m,
                        const struct topo_gateway *g)
{
    *to = (struct topo_master){
        .set = m->set,
        .th = m->th > 0 ? (uint32_t)m->th : count_parts(g, false),
        .gs = m->insulation > 0 ? (uint32_t)m->insulation : count_parts(g, true),
        .lc = (uint32_t)m->io,
        .hmi = (uint32_t)m->hmi,
        .cad = (uint32_t)m->converters,
        .com = (uint32_t)m->com,
    };
}

/* "" where it has none. */
static void put_name(char ret[NAME_SIZE], const struct gateway_config *g, int level, int number)
{
    const struct identity *id = identity_find(&g->identities, level, number);

    snprintf(ret, NAME_SIZE, "%s", id != NULL ? id->name : "");
}

static size_t fill_ups(struct topo_ups *to, const struct gateway_config *g)
{
    struct topo_ups *next = to;

    for (int u = 1; u <= UPS_MAX; u++) {
        next->number = (uint16_t)u;
        put_name(next->name, g, ALARM_OF_UPS, u);
        next += *next->name != '\0';
    }
    return (size_t)(next - to);
}

static void fill_gateway(struct declared *d, size_t i, const struct gateway_config *g)
{
    struct topo_string *string = d->string + i * STRING_MAX;
    struct topo_gateway *to = &d->gateway[i];

    *to = (struct topo_gateway){.place = g->line != NULL ? TOPO_LINE : TOPO_GATEWAY,
                                .string = string,
                                .ups = d->ups + i * (UPS_MAX + 1)};
    snprintf(to->name, sizeof(to->name), "%s", g->name);
    snprintf(to->aggregator, sizeof(to->aggregator), "%s", g->aggregator);
    d->complete[i] = is_complete(g);
    to->upses = fill_ups(d->ups + i * (UPS_MAX + 1), g);
    for (int s = 0; s < STRING_MAX; s++)
        if (is_told(&g->string[s]) || (g->line != NULL && s < g->line->masters)) {
            put_name(string->name, g, ALARM_OF_STRING, s + 1);
            fill_string(string++, s + 1, &g->string[s]);
            to->strings++;
        }
    for (int u = 0; u < UPS_MAX; u++)
        d->ups_strings[i * UPS_MAX + (size_t)u] = g->ups[u].strings;
    d->th_told[i] = g->controller.th > 0 || count_parts(to, false) > 0;
    if (g->controller.declared) {
        fill_master(&d->master[i], &g->controller, to);
        to->master = &d->master[i];
        to->masters = 1;
    }
    d->any |= d->complete[i] || to->masters > 0;
}

static void fill_th(struct topo_th *to, const struct th_config *th)
{
    *to = (struct topo_th){.set = th->set, .sensors = (uint32_t)th->sensors};
    snprintf(to->name, sizeof(to->name), "%s", th->name);
}

/* ---- supplies ---------------------------------------------------------------------------- */

static int find_gateway(const struct declared *d, const char *name)
{
    for (size_t i = 0; *name != '\0' && i < d->site.gateways; i++)
        if (strcmp(d->gateway[i].name, name) == 0)
            return (int)i;
    return -1;
}

/* A code without a number stands for all there are of it on a gateway. */
static uint32_t count_all(const struct topo_gateway *g, int device)
{
    const struct topo_master *m = g->master;
    uint32_t cells = 0;

    for (size_t i = 0; i < g->strings; i++)
        cells += g->string[i].cells;
    switch (device) {
    case TOPO_BM_SS:
    case TOPO_BM_HS:
        return (uint32_t)g->strings;
    case TOPO_BM_CS:
        return cells;
    case TOPO_BM_TH:
        return m != NULL ? m->th : count_parts(g, false);
    case TOPO_BM_GS:
        return m != NULL ? m->gs : count_parts(g, true);
    case TOPO_BM_LC:
        return m != NULL ? m->lc : 0;
    case TOPO_COM:
        return m != NULL ? m->com : 0;
    default:
        return 1;
    }
}

/* At least one: it is fed, however little is told of it. */
static uint32_t count_feed(const struct declared *d, const struct feed_config *f)
{
    int g = find_gateway(d, f->of);
    uint32_t n = f->number == 0 && g >= 0 ? count_all(&d->gateway[g], f->device) : 1;

    return n > 0 ? n : 1;
}

static void fill_supply(struct declared *d, size_t i, const struct supply_config *s)
{
    struct topo_load *load = d->load + i * FEEDS_MAX;
    struct topo_supply *to = &d->supply[i];

    /* One that is rated otherwise than its model says is another one. */
    *to = (struct topo_supply){.model = s->rating_mw == 0 ? s->model : -1,
                               .rated_mw = (uint32_t)s->rating_mw,
                               .gateway = find_gateway(d, s->gateway),
                               .load = load,
                               .loads = (size_t)s->feeds};
    snprintf(to->name, sizeof(to->name), "%s", s->name);
    for (int f = 0; f < s->feeds; f++)
        load[f] =
            (struct topo_load){(enum topo_device)s->feed[f].device, count_feed(d, &s->feed[f])};
}

/* The rule tells each gateway but the first that has the UPS. */
static void note_shared(void *ctx, const struct topo_finding *f)
{
    struct declared *d = ctx;

    if (f->rule == TOPO_UPS_ONE_GATEWAY && f->gateway >= 0)
        d->shares[f->gateway] = true;
}

/* ---- the whole --------------------------------------------------------------------------- */

static bool allocate(struct declared *d, const struct config *c)
{
    d->complete = calloc(c->gateways + 1, sizeof(*d->complete));
    d->shares = calloc(c->gateways + 1, sizeof(*d->shares));
    d->th_told = calloc(c->gateways + 1, sizeof(*d->th_told));
    d->ups_strings = calloc(c->gateways * UPS_MAX + 1, sizeof(*d->ups_strings));
    d->gateway = calloc(c->gateways + 1, sizeof(*d->gateway));
    d->string = calloc(c->gateways * STRING_MAX + 1, sizeof(*d->string));
    d->ups = calloc(c->gateways * (UPS_MAX + 1) + 1, sizeof(*d->ups));
    d->master = calloc(c->gateways + 1, sizeof(*d->master));
    d->aggregator = calloc(c->aggregators + 1, sizeof(*d->aggregator));
    d->th = calloc(c->ths + 1, sizeof(*d->th));
    d->supply = calloc(c->supplies + 1, sizeof(*d->supply));
    d->load = calloc(c->supplies * FEEDS_MAX + 1, sizeof(*d->load));
    return d->complete != NULL && d->th_told != NULL && d->shares != NULL &&
           d->ups_strings != NULL && d->gateway != NULL && d->string != NULL && d->ups != NULL &&
           d->master != NULL && d->aggregator != NULL && d->th != NULL && d->supply != NULL &&
           d->load != NULL;
}

static void fill(struct declared *d, const struct config *c)
{
    d->site = (struct topo_site){.gateway = d->gateway,
                                 .gateways = c->gateways,
                                 .aggregator = d->aggregator,
                                 .aggregators = c->aggregators,
                                 .th = d->th,
                                 .ths = c->ths,
                                 .supply = d->supply,
                                 .supplies = c->supplies};
    for (size_t i = 0; i < c->gateways; i++)
        fill_gateway(d, i, &c->gateway[i]);
    for (size_t i = 0; i < c->aggregators; i++)
        snprintf(d->aggregator[i].name, sizeof(d->aggregator[i].name), "%s", c->aggregator[i].name);
    for (size_t i = 0; i < c->ths; i++)
        fill_th(&d->th[i], &c->th[i]);
    for (size_t i = 0; i < c->supplies; i++)
        fill_supply(d, i, &c->supply[i]);
    for (int n = 0; n < TOPO_DEVICES; n++)
        d->site.consumption[n] =
            (struct topo_consumption){c->consumption_mw[n] != 0, (uint32_t)c->consumption_mw[n]};
    d->any |= c->supplies > 0;
    topology_check(&d->site, note_shared, d);
}

struct declared *declared_new(const struct config *c)
{
    struct declared *d = calloc(1, sizeof(*d));

    if (d == NULL || !allocate(d, c)) {
        declared_free(d);
        return NULL;
    }
    fill(d, c);
    return d;
}

void declared_free(struct declared *d)
{
    if (d == NULL)
        return;
    free(d->complete);
    free(d->th_told);
    free(d->shares);
    free(d->ups_strings);
    free(d->gateway);
    free(d->string);
    free(d->ups);
    free(d->master);
    free(d->aggregator);
    free(d->th);
    free(d->supply);
    free(d->load);
    free(d);
}

/* ---- the rules --------------------------------------------------------------------------- */

struct check {
    const struct declared *declared;
    const struct config *config;
    void (*say)(enum log_level level, const char *text);
    size_t errors;
};

/* What is concluded from how many strings there are says nothing where not all are told. Nor does a
 * single gateway's Hall sensor without a maximum current, or several gateways without an aggregator,
 * where nobody has declared a thing. */
static bool is_idle(const struct check *c, const struct topo_finding *f)
{
    bool all = f->gateway < 0 || c->declared->complete[f->gateway];

    switch (f->rule) {
    case TOPO_TH_STRINGS:
        return !all && c->config->gateway[f->gateway].controller.th > 0;
    case TOPO_GS_STRINGS:
        return !all && c->config->gateway[f->gateway].controller.insulation > 0;
    case TOPO_LC_STRINGS:
        return !all;
    case TOPO_AGGREGATOR:
        return !c->declared->any && c->config->aggregators == 0;
    case TOPO_HALL_RANGE:
        return f->verdict == TOPO_UNKNOWN && !all;
    default:
        return false;
    }
}

static void on_finding(void *ctx, const struct topo_finding *f)
{
    struct check *c = ctx;
    bool error = f->verdict == TOPO_BROKEN && f->severity == TOPO_ERROR;
    char text[TOPO_TEXT_SIZE + 400];

    if (is_idle(c, f))
        return;
    snprintf(text, sizeof(text), "<Plugin btms>: %s; %s%s [%s]", f->text, f->line,
             error ? "; it is polled all the same, please correct the declaration or the site" : "",
             f->name);
    c->say(error                       ? LOG_LEVEL_ERROR
           : f->verdict == TOPO_BROKEN ? LOG_LEVEL_WARNING
                                       : LOG_LEVEL_NOTICE,
           text);
    c->errors += error;
}

/* <UPS n> Strings against the strings that name it. */
static void check_ups(struct check *c, const struct gateway_config *g, int ups)
{
    char text[TOPO_TEXT_SIZE];
    int strings = 0;

    for (int s = 0; s < STRING_MAX; s++)
        strings += g->string[s].parts.ups == ups + 1;
    if (g->ups[ups].strings == 0 || strings == 0 || strings == g->ups[ups].strings)
        return;
    snprintf(text, sizeof(text),
             "<Plugin btms>: gateway \"%s\": <UPS %d> has %d strings, but %d name it; %s; what the "
             "strings say is expected [stringOnce]",
             g->name, ups + 1, g->ups[ups].strings, strings, topo_devices[TOPO_BM_SS].line);
    c->say(LOG_LEVEL_ERROR, text);
    c->errors++;
}

size_t declared_check(const struct declared *d, const struct config *c,
                      void (*say)(enum log_level level, const char *text))
{
    struct check check = {d, c, say, 0};

    topology_check(&d->site, on_finding, &check);
    for (size_t i = 0; i < c->gateways; i++)
        for (int u = 0; u < UPS_MAX; u++)
            check_ups(&check, &c->gateway[i], u);
    return check.errors;
}
