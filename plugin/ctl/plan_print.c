/* See plan.h: the outcome as text, as CSV (RFC 4180) and as JSON. */
#include "ctl/plan.h"
#include "ctl/show.h"

#include <stdio.h>
#include <string.h>

static const char *const severities[] = {[TOPO_WARNING] = "warning", [TOPO_ERROR] = "error"};
static const char *const verdicts[] = {[TOPO_BROKEN] = "broken", [TOPO_UNKNOWN] = "unknown"};

static unsigned strings_of(const struct topo_gateway *g, int ups)
{
    unsigned n = 0;

    for (size_t i = 0; i < g->strings; i++)
        n += g->string[i].ups == ups;
    return n;
}

/* ---- text ------------------------------------------------------------------------------------ */

static void print_gateway(const struct topo_gateway *g)
{
    printf("  %s%s: %zu strings:", g->place == TOPO_LINE ? "line " : "", g->name, g->strings);
    for (size_t i = 0; i < g->upses; i++) {
        const struct topo_ups *u = &g->ups[i];

        if (*u->name != '\0')
            printf("%s UPS %d \"%s\" (%u)", i > 0 ? "," : "", u->number, u->name,
                   strings_of(g, u->number));
        else
            printf("%s UPS %d (%u)", i > 0 ? "," : "", u->number, strings_of(g, u->number));
    }
    puts(g->upses > 0 ? "" : " of no UPS");
}

static void print_devices(const struct bom *b)
{
    int width = 4;

    for (size_t i = 0; i < b->lines; i++)
        width = (int)strlen(b->line[i].code) > width ? (int)strlen(b->line[i].code) : width;
    printf("Devices\n  quantity  %-*s  reason\n", width, "code");
    for (size_t i = 0; i < b->lines; i++) {
        const struct bom_line *l = &b->line[i];

        printf("%9u%c  %-*s  %s\n%*s(%s)\n", l->quantity, l->at_least ? '+' : ' ', width, l->code,
               l->reason, width + 14, "", topo_devices[l->device].line);
    }
}

/* A rule that many gateways or strings break fills no screen: the other formats have all. */
enum { OF_A_RULE = 10 };

static void print_finding(const struct topo_finding *f, size_t n)
{
    if (n <= OF_A_RULE)
        printf("  %-7s  %s\n", severities[f->severity], f->text);
    if (n == 1)
        printf("           (%s)\n", f->line);
    if (n == OF_A_RULE + 1)
        puts("           and more of this rule: --format json tells all");
}

static void print_findings(const struct plan_outcome *o, enum topo_verdict verdict)
{
    const char *line = NULL;
    size_t n = 0;

    for (size_t i = 0; i < o->findings; i++) {
        const struct topo_finding *f = &o->finding[i];

        if (f->verdict != verdict)
            continue;
        n = f->line == line ? n + 1 : 1;
        line = f->line;
        print_finding(f, n);
    }
}

static size_t count(const struct plan_outcome *o, enum topo_verdict verdict)
{
    size_t n = 0;

    for (size_t i = 0; i < o->findings; i++)
        n += o->finding[i].verdict == verdict;
    return n;
}

void plan_print_text(const struct plan_outcome *o)
{
    if (o->site->gateways > 0)
        puts("Gateways");
    for (size_t i = 0; i < o->site->gateways; i++)
        print_gateway(&o->site->gateway[i]);
    if (o->site->gateways > 0)
        putchar('\n');
    print_devices(&o->bom);
    printf("\nRules broken: %zu\n", count(o, TOPO_BROKEN));
    print_findings(o, TOPO_BROKEN);
    printf("\nUnknown: %zu\n", count(o, TOPO_UNKNOWN));
    print_findings(o, TOPO_UNKNOWN);
}

/* ---- CSV ------------------------------------------------------------------------------------- */

void plan_print_csv(const struct plan_outcome *o)
{
    fputs("record,quantity,at_least,code,severity,reason,hardware_table\r\n", stdout);
    for (size_t i = 0; i < o->bom.lines; i++) {
        const struct bom_line *l = &o->bom.line[i];

        printf("device,%u,%s,", l->quantity, l->at_least ? "yes" : "no");
        show_csv_text(l->code, ",,");
        show_csv_text(l->reason, ",");
        show_csv_text(topo_devices[l->device].line, "\r\n");
    }
    for (size_t i = 0; i < o->findings; i++) {
        const struct topo_finding *f = &o->finding[i];

        printf("%s,,,", verdicts[f->verdict]);
        show_csv_text(topo_devices[f->device].code, ",");
        show_csv_text(severities[f->severity], ",");
        show_csv_text(f->text, ",");
        show_csv_text(f->line, "\r\n");
    }
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static void json_gateway(const struct topo_gateway *g)
{
    fputs("{\"name\":", stdout);
    show_json_text(g->name);
    show_json_field("kind", g->place == TOPO_LINE ? "line" : "gateway");
    printf(",\"strings\":%zu,\"ups\":[", g->strings);
    for (size_t i = 0; i < g->upses; i++) {
        printf("%s{\"number\":%d", i > 0 ? "," : "", g->ups[i].number);
        show_json_field("name", g->ups[i].name);
        printf(",\"strings\":%u}", strings_of(g, g->ups[i].number));
    }
    fputs("]}", stdout);
}

static void json_line(const struct bom_line *l)
{
    fputs("{\"code\":", stdout);
    show_json_text(l->code);
    show_json_field("device", topo_devices[l->device].code);
    printf(",\"quantity\":%u", l->quantity);
    show_json_flag("at_least", l->at_least);
    show_json_field("reason", l->reason);
    show_json_field("hardware_table", topo_devices[l->device].line);
    putchar('}');
}

static void json_finding(const struct topo_site *site, const struct topo_finding *f)
{
    fputs("{\"rule\":", stdout);
    show_json_text(f->name);
    show_json_field("verdict", verdicts[f->verdict]);
    show_json_field("severity", severities[f->severity]);
    show_json_field("code", topo_devices[f->device].code);
    show_json_field("gateway", f->gateway >= 0 ? site->gateway[f->gateway].name : "");
    printf(",\"string\":%d", f->string);
    show_json_field("text", f->text);
    show_json_field("hardware_table", f->line);
    putchar('}');
}

void plan_print_json(const struct plan_outcome *o)
{
    fputs("{\"gateways\":[", stdout);
    for (size_t i = 0; i < o->site->gateways; i++) {
        fputs(i > 0 ? "," : "", stdout);
        json_gateway(&o->site->gateway[i]);
    }
    fputs("],\"devices\":[", stdout);
    for (size_t i = 0; i < o->bom.lines; i++) {
        fputs(i > 0 ? "," : "", stdout);
        json_line(&o->bom.line[i]);
    }
    fputs("],\"rules\":[", stdout);
    for (size_t i = 0; i < o->findings; i++) {
        fputs(i > 0 ? "," : "", stdout);
        json_finding(o->site, &o->finding[i]);
    }
    puts("]}");
}
