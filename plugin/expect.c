/* See expect.h. */
#include "expect.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the device says now; where it does not say, the most that were ever seen. */
static uint8_t count_cells(const struct string *s)
{
    int32_t said = s->value[STRING_CELL_COUNT];

    if (!validity_usable(s->validity[STRING_CELL_COUNT]) || said <= 0)
        return s->cells;
    return (uint8_t)(said < CELL_MAX ? said : CELL_MAX);
}

/* Of a string that is lost as well: nobody takes it to another UPS while it is. */
static uint8_t ups_of(const struct string *s)
{
    int32_t ups = s->value[STRING_UPS_ID];

    return s->validity[STRING_UPS_ID] != VALIDITY_ABSENT && ups >= 1 && ups <= UPS_MAX
               ? (uint8_t)ups
               : 0;
}

static bool has_ambient(const struct string *s)
{
    return s->presence == PRESENCE_HERE && s->ambient_seen &&
           (validity_usable(s->validity[STRING_AMBIENT_TEMPERATURE]) ||
            validity_usable(s->validity[STRING_AMBIENT_HUMIDITY]));
}

static void add_sensor(struct census *ret, int number)
{
    ret->sensors[(number - 1) / 64] |= (uint64_t)1 << (number - 1) % 64;
}

void expect_count(const struct gateway *g, struct census *ret)
{
    *ret = (struct census){.reachable = g->health.reachable, .looking = g->health.looking};
    for (int u = 0; u < UPS_MAX; u++)
        if (g->ups[u].presence == PRESENCE_HERE)
            ret->ups |= (uint32_t)1 << u;
    for (int s = 0; s < STRING_MAX; s++)
        if (g->string[s].presence == PRESENCE_HERE) {
            ret->strings |= (uint32_t)1 << s;
            ret->cells[s] = count_cells(&g->string[s]);
        }
    for (int s = 0; s < STRING_MAX; s++)
        ret->ups_of[s] = ups_of(&g->string[s]);
    for (int s = 0; s < STRING_MAX; s++)
        if (has_ambient(&g->string[s]))
            ret->ambient |= (uint32_t)1 << s;
}

void expect_count_th(const struct th_controller *th, struct census *ret)
{
    *ret = (struct census){
        .th = true, .reachable = th->health.reachable, .looking = th->health.looking};
    for (int n = 1; n <= TH_SENSOR_MAX; n++)
        if (th->sensor[n].presence == PRESENCE_HERE)
            add_sensor(ret, n);
}

bool expect_has_sensor(const struct census *c, int number)
{
    return number >= 1 && number <= TH_SENSOR_MAX &&
           (c->sensors[(number - 1) / 64] >> (number - 1) % 64 & 1) != 0;
}

bool expect_has(const struct census *c, int ups, int string, int cell)
{
    if (ups > UPS_MAX || string > STRING_MAX)
        return false;
    if (string == 0)
        return ups == 0 || (c->ups >> (ups - 1) & 1) != 0;
    return (c->strings >> (string - 1) & 1) != 0 && cell <= c->cells[string - 1];
}

void expect_in_model(const struct census *c, struct gateway *g)
{
    for (int u = 0; u < UPS_MAX; u++)
        if (c->ups >> u & 1 && g->ups[u].presence == PRESENCE_NEVER)
            g->ups[u].presence = PRESENCE_SILENT;
    for (int i = 0; i < STRING_MAX; i++) {
        struct string *s = &g->string[i];

        if (!(c->strings >> i & 1) || s->presence != PRESENCE_NEVER)
            continue;
        s->presence = PRESENCE_SILENT;
        s->cells = c->cells[i];
        for (int n = 0; n < s->cells; n++)
            s->cell[n].seen = true;
    }
}

bool expect_same(const struct census *a, const struct census *b)
{
    return a->ups == b->ups && a->strings == b->strings &&
           memcmp(a->sensors, b->sensors, sizeof(a->sensors)) == 0 &&
           memcmp(a->cells, b->cells, sizeof(a->cells)) == 0;
}

bool expect_nothing(const struct census *c)
{
    return c->ups == 0 && c->strings == 0 && c->sensors[0] == 0 && c->sensors[1] == 0;
}

static void append(char *ret, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static void append(char *ret, size_t size, const char *format, ...)
{
    size_t used = strlen(ret);
    va_list ap;

    va_start(ap, format);
    vsnprintf(ret + used, size - used, format, ap);
    va_end(ap);
}

/* The last of those from `number` on that are there without a gap. */
static int end_of_run(const struct census *c, int number)
{
    while (expect_has_sensor(c, number + 1))
        number++;
    return number;
}

static void print_sensors(const struct census *c, char ret[EXPECT_TEXT])
{
    snprintf(ret, EXPECT_TEXT, "sensors");
    for (int n = 1; n <= TH_SENSOR_MAX; n++) {
        int end = end_of_run(c, n);

        if (!expect_has_sensor(c, n))
            continue;
        append(ret, EXPECT_TEXT, end > n ? " %d-%d" : " %d", n, end);
        n = end;
    }
}

void expect_print(const struct census *c, char ret[EXPECT_TEXT])
{
    if (c->th) {
        print_sensors(c, ret);
        return;
    }
    snprintf(ret, EXPECT_TEXT, "UPS");
    for (int u = 0; u < UPS_MAX; u++)
        if (c->ups >> u & 1)
            append(ret, EXPECT_TEXT, " %d", u + 1);
    append(ret, EXPECT_TEXT, "; strings");
    for (int s = 0; s < STRING_MAX; s++) {
        if (c->strings >> s & 1)
            append(ret, EXPECT_TEXT, " %d:%d", s + 1, c->cells[s]);
        if (c->strings >> s & 1 && c->type[s] != CELL_TYPE_UNKNOWN)
            append(ret, EXPECT_TEXT, "/%d", c->type[s]);
    }
}

/* A number from 1 to `most` after a blank; 0 when there is none. */
static int take_number(const char **text, int most)
{
    char *end;
    long n = **text == ' ' ? strtol(*text + 1, &end, 10) : 0;

    if (n < 1 || n > most)
        return 0;
    *text = end;
    return (int)n;
}

static bool take_cells(const char **text, uint8_t *ret)
{
    char *end;
    long n = **text == ':' ? strtol(*text + 1, &end, 10) : -1;

    if (n < 0 || n > CELL_MAX)
        return false;
    *text = end;
    *ret = (uint8_t)n;
    return true;
}

/* None is none; false: it is no such type. */
static bool take_type(const char **text, uint8_t *ret)
{
    char *end;
    long n = **text == '/' ? strtol(*text + 1, &end, 10) : CELL_TYPE_UNKNOWN;

    if (n == CELL_TYPE_UNKNOWN)
        return **text != '/';
    *text = end;
    *ret = (uint8_t)n;
    return n == CELL_TYPE_2V || n == CELL_TYPE_6V || n == CELL_TYPE_12V;
}

static bool parse_sensors(const char *text, struct census *ret)
{
    int n, end;

    ret->th = true;
    while ((n = take_number(&text, TH_SENSOR_MAX)) > 0) {
        char *rest;

        end = *text == '-' ? (int)strtol(text + 1, &rest, 10) : n;
        if (end < n || end > TH_SENSOR_MAX)
            return false;
        if (*text == '-')
            text = rest;
        for (; n <= end; n++)
            add_sensor(ret, n);
    }
    return *text == '\0';
}

bool expect_parse(const char *text, struct census *ret)
{
    static const char strings[] = "; strings", sensors[] = "sensors";
    int n;

    *ret = (struct census){.reachable = false};
    if (strncmp(text, sensors, sizeof(sensors) - 1) == 0)
        return parse_sensors(text + sizeof(sensors) - 1, ret);
    if (strncmp(text, "UPS", 3) != 0)
        return false;
    text += 3;
    while ((n = take_number(&text, UPS_MAX)) > 0)
        ret->ups |= (uint32_t)1 << (n - 1);
    if (strncmp(text, strings, sizeof(strings) - 1) != 0)
        return false;
    text += sizeof(strings) - 1;
    while ((n = take_number(&text, STRING_MAX)) > 0) {
        ret->strings |= (uint32_t)1 << (n - 1);
        if (!take_cells(&text, &ret->cells[n - 1]) || !take_type(&text, &ret->type[n - 1]))
            return false;
    }
    return *text == '\0';
}

static void add_part(char *ret, size_t size, const char *part)
{
    append(ret, size, "%s%s", *ret != '\0' ? ", " : "", part);
}

static void compare_string(const struct census *a, const struct census *b, int s, char *ret,
                           size_t size)
{
    int more = a->cells[s] - b->cells[s];
    char part[48] = "";

    if (!(a->strings >> s & 1))
        return;
    if (!(b->strings >> s & 1))
        snprintf(part, sizeof(part), "string %d", s + 1);
    else if (more > 0)
        snprintf(part, sizeof(part), "%d cell%s of string %d", more, more > 1 ? "s" : "", s + 1);
    if (*part != '\0')
        add_part(ret, size, part);
}

bool expect_beyond(const struct census *a, const struct census *b, char *ret, size_t size)
{
    char part[48];

    *ret = '\0';
    for (int u = 0; u < UPS_MAX; u++)
        if (a->ups >> u & 1 && !(b->ups >> u & 1)) {
            snprintf(part, sizeof(part), "UPS %d", u + 1);
            add_part(ret, size, part);
        }
    for (int s = 0; s < STRING_MAX; s++)
        compare_string(a, b, s, ret, size);
    for (int n = 1; n <= TH_SENSOR_MAX; n++)
        if (expect_has_sensor(a, n) && !expect_has_sensor(b, n)) {
            snprintf(part, sizeof(part), "sensor %d", n);
            add_part(ret, size, part);
        }
    return *ret != '\0';
}

unsigned expect_size_beyond(const struct census *a, const struct census *b)
{
    unsigned n = (unsigned)__builtin_popcount(a->ups & ~b->ups);

    n += (unsigned)__builtin_popcount(a->strings & ~b->strings);
    for (int s = 0; s < STRING_MAX; s++)
        if (a->strings >> s & 1) {
            int there = b->strings >> s & 1 ? b->cells[s] : 0;

            n += a->cells[s] > there ? (unsigned)(a->cells[s] - there) : 0;
        }
    return n;
}

unsigned expect_size(const struct census *a)
{
    return expect_size_beyond(a, &(struct census){.reachable = false});
}

void expect_add(struct census *ret, const struct census *more)
{
    ret->ups |= more->ups;
    ret->strings |= more->strings;
    ret->th |= more->th;
    for (int i = 0; i < 2; i++)
        ret->sensors[i] |= more->sensors[i];
    for (int s = 0; s < STRING_MAX; s++)
        if (more->cells[s] > ret->cells[s])
            ret->cells[s] = more->cells[s];
}

bool expect_take_types(struct census *ret, const struct census *is)
{
    bool news = false;

    for (int s = 0; s < STRING_MAX; s++)
        if (is->type[s] != CELL_TYPE_UNKNOWN && is->type[s] != ret->type[s]) {
            ret->type[s] = is->type[s];
            news = true;
        }
    return news;
}
