/* See identity.h. Nothing of the configuration is ever a format of printf: the pattern of a cell's
 * label is read here, character by character, each time. */
#include "core/identity.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

uint32_t identity_key(int level, int number)
{
    return (uint32_t)level << 16 | (uint32_t)number;
}

static uint32_t key_of(const struct identity *i)
{
    return identity_key(i->level, i->number);
}

/* The first at or behind `key`. */
static size_t position(const struct identities *ids, uint32_t key)
{
    size_t i = 0;

    while (i < ids->n && key_of(&ids->of[i]) < key)
        i++;
    return i;
}

const struct identity *identity_find(const struct identities *ids, int level, int number)
{
    uint32_t key = identity_key(level, number);
    size_t i = ids != NULL ? position(ids, key) : 0;

    return ids != NULL && i < ids->n && key_of(&ids->of[i]) == key ? &ids->of[i] : NULL;
}

struct identity *identity_add(struct identities *ids, int level, int number)
{
    size_t i = position(ids, identity_key(level, number));
    struct identity *grown;

    if (identity_find(ids, level, number) != NULL)
        return &ids->of[i];
    grown = realloc(ids->of, (ids->n + 1) * sizeof(*grown));
    if (grown == NULL)
        return NULL;
    ids->of = grown;
    memmove(&grown[i + 1], &grown[i], (ids->n++ - i) * sizeof(*grown));
    grown[i] =
        (struct identity){.level = (uint8_t)level, .number = (uint16_t)number, .cell_first = 1};
    return &grown[i];
}

void identities_free(struct identities *ids)
{
    free(ids->of);
    *ids = (struct identities){0};
}

/* ---- characters -------------------------------------------------------------------------- */

/* Bytes of a character, by its first one; 0: none begins so. */
static size_t length_by(unsigned char first)
{
    if (first < 0x80)
        return 1;
    if (first < 0xc2 || first > 0xf4)
        return 0;
    return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

/* Of the character at `c`, which ends in a NUL at the latest; 0: it is no UTF-8 (RFC 3629: also none
 * longer than it need be, no half of a pair of UTF-16, none above U+10FFFF). */
static size_t character(const unsigned char *c)
{
    size_t n = length_by(*c);

    for (size_t i = 1; i < n; i++)
        if ((c[i] & 0xc0) != 0x80)
            return 0;
    if ((*c == 0xe0 && c[1] < 0xa0) || (*c == 0xed && c[1] > 0x9f) || (*c == 0xf0 && c[1] < 0x90) ||
        (*c == 0xf4 && c[1] > 0x8f))
        return 0;
    return n;
}

/* Also those of Latin-1, which are two bytes. */
static bool is_control(const unsigned char *c)
{
    return *c < 0x20 || *c == 0x7f || (*c == 0xc2 && c[1] < 0xa0);
}

const char *identity_text_fault(const char *text)
{
    size_t n;

    for (const unsigned char *c = (const unsigned char *)text; *c != '\0'; c += n) {
        n = character(c);
        if (n == 0)
            return "is not valid UTF-8";
        if (is_control(c))
            return "has a control character";
    }
    return NULL;
}

/* How many bytes of `text`, at most `most`, are whole characters. */
static size_t whole(const char *text, size_t most)
{
    size_t n = strnlen(text, most);

    if (text[n] == '\0')
        return n;
    while (n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80)
        n--;
    return n;
}

void identity_trim(char *text)
{
    size_t n = strlen(text), start = n;

    while (start > 0 && n - start < 4 && ((unsigned char)text[start - 1] & 0xc0) == 0x80)
        start--;
    if (start > 0 && length_by((unsigned char)text[start - 1]) > n - start + 1)
        text[start - 1] = '\0';
}

/* ---- dates ------------------------------------------------------------------------------- */

static bool digits(const char *text, int n, uint32_t *ret)
{
    *ret = 0;
    for (int i = 0; i < n; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        *ret = *ret * 10 + (uint32_t)(text[i] - '0');
    }
    return true;
}

static uint32_t days_of(uint32_t year, uint32_t month)
{
    static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return days[month - 1] + (month == 2 && leap);
}

const char *identity_read_date(const char *text, uint32_t *ret)
{
    uint32_t year, month, day;

    if (strlen(text) != 10 || text[4] != '-' || text[7] != '-' || !digits(text, 4, &year) ||
        !digits(text + 5, 2, &month) || !digits(text + 8, 2, &day))
        return "is not a date like 2026-01-31";
    if (year < 1900 || month < 1 || month > 12 || day < 1 || day > days_of(year, month))
        return "is no day of the calendar";
    *ret = year * 10000 + month * 100 + day;
    return NULL;
}

void identity_write_date(uint32_t date, char ret[16])
{
    *ret = '\0';
    if (date != 0)
        snprintf(ret, 16, "%04u-%02u-%02u", (unsigned)(date / 10000 % 10000),
                 (unsigned)(date / 100 % 100), (unsigned)(date % 100));
}

/* ---- labels of cells --------------------------------------------------------------------- */

/* A conversion behind its percent sign. */
struct conversion {
    bool zero;
    int width;
};

/* "d", "2d", "02d"; the character behind it, or NULL if it is none. */
static const char *read_conversion(const char *c, struct conversion *ret)
{
    *ret = (struct conversion){.zero = *c == '0'};
    c += ret->zero;
    if (*c >= '1' && *c <= '9')
        ret->width = *c++ - '0';
    return *c == 'd' && (!ret->zero || ret->width > 0) ? c + 1 : NULL;
}

const char *identity_pattern_fault(const char *pattern)
{
    struct conversion is;
    int n = 0;

    for (const char *c = pattern; *c != '\0';) {
        if (*c++ != '%')
            continue;
        n += *c != '%';
        c = *c == '%' ? c + 1 : read_conversion(c, &is);
        if (c == NULL)
            return "has a % that is neither %d, %2d, %02d (widths 1 to 9) nor %%";
    }
    return n == 1 ? NULL : n == 0 ? "has no %d for the number" : "has more than one %d";
}

const char *identity_url_fault(const char *url)
{
    size_t scheme = strncmp(url, "https://", 8) == 0 ? 8 : strncmp(url, "http://", 7) == 0 ? 7 : 0;

    if (scheme == 0 || url[scheme] == '\0')
        return "does not begin with https:// or http:// and a host";
    return strpbrk(url, " \"<>") != NULL ? "has a character that no URL has (a blank, \", < or >)"
                                         : NULL;
}

void identity_cell_label(const struct identity *string, int cell, char ret[IDENTITY_LABEL_SIZE])
{
    const char *c = string != NULL ? string->cell_label : "";
    char *to = ret, *end = ret + IDENTITY_LABEL_SIZE - 1;
    struct conversion is;
    const char *next;

    while (*c != '\0' && to < end) {
        next = *c == '%' ? read_conversion(c + 1, &is) : NULL;
        if (next == NULL) {
            c += *c == '%' && c[1] == '%';
            *to++ = *c++;
            continue;
        }
        to += snprintf(to, (size_t)(end - to) + 1, is.zero ? "%0*d" : "%*d", is.width,
                       string->cell_first - 1 + cell);
        to = to < end ? to : end;
        c = next;
    }
    *to = '\0';
    identity_trim(ret);
}

/* ---- words ------------------------------------------------------------------------------- */

enum { PARTS = 4 };

/* " / string 3" and its name. */
struct part {
    char number[20];
    char name[IDENTITY_LABEL_SIZE];
    size_t shown; /* bytes of the name */
};

struct words {
    char head[NAME_SIZE + 20];
    struct part part[PARTS];
    size_t parts;
    const char *location;
};

static void add_part(struct words *w, const char *between, const char *what, int number,
                     const char *name)
{
    struct part *p = &w->part[w->parts];

    if (number == 0)
        return;
    snprintf(p->number, sizeof(p->number), "%s%s %d", between, what, number);
    snprintf(p->name, sizeof(p->name), "%s", name != NULL ? name : "");
    w->parts++;
}

static const char *name_of(const struct identities *ids, int level, int number)
{
    const struct identity *i = identity_find(ids, level, number);

    return i != NULL ? i->name : NULL;
}

static void add_parts(struct words *w, const struct identities *ids, const struct identity_place *p,
                      const char *between)
{
    char label[IDENTITY_LABEL_SIZE];

    identity_cell_label(identity_find(ids, ALARM_OF_STRING, p->string), p->cell, label);
    add_part(w, between, "UPS", p->ups, name_of(ids, ALARM_OF_UPS, p->ups));
    add_part(w, between, "string", p->string, name_of(ids, ALARM_OF_STRING, p->string));
    add_part(w, between, "cell", p->cell, label);
    add_part(w, between, "sensor", p->sensor, name_of(ids, ALARM_OF_SENSOR, p->sensor));
}

/* What is at least in front of a name, and behind it. */
enum { QUOTES = 3, SHORTEST = 4 };

/* Gives the names what room there is; what is left of it. */
static size_t share(struct words *w, size_t size)
{
    size_t taken = strlen(w->head) + 1, spare;

    for (size_t i = 0; i < w->parts; i++)
        taken += strlen(w->part[i].number);
    spare = taken < size ? size - taken : 0;
    for (size_t i = w->parts; i-- > 0;) {
        struct part *p = &w->part[i];

        if (*p->name != '\0' && spare >= QUOTES + SHORTEST)
            p->shown = whole(p->name, spare - QUOTES);
        spare -= p->shown > 0 ? p->shown + QUOTES : 0;
    }
    return spare;
}

static void append(char *ret, size_t size, const char *before, const char *text, size_t n,
                   const char *behind)
{
    size_t used = strlen(ret);

    snprintf(ret + used, size - used, "%s%.*s%s", before, (int)n, text, behind);
}

static void write_words(struct words *w, char *ret, size_t size)
{
    size_t spare = share(w, size);

    snprintf(ret, size, "%s", w->head);
    for (size_t i = 0; i < w->parts; i++) {
        const struct part *p = &w->part[i];

        append(ret, size, p->number, "", 0, "");
        if (p->shown > 0)
            append(ret, size, " \"", p->name, p->shown, "\"");
    }
    if (w->location != NULL && strlen(w->location) + QUOTES <= spare)
        append(ret, size, " (", w->location, strlen(w->location), ")");
    identity_trim(ret);
}

static bool has_location(const struct identity *i)
{
    return *i->location != '\0';
}

static bool has_advice(const struct identity *i)
{
    return *i->note != '\0' || *i->runbook != '\0';
}

static const struct identity *nearest(const struct identities *ids, const struct identity_place *p,
                                      bool (*has)(const struct identity *))
{
    const struct identity *of[] = {
        p->string != 0 ? identity_find(ids, ALARM_OF_STRING, p->string) : NULL,
        p->sensor != 0 ? identity_find(ids, ALARM_OF_SENSOR, p->sensor) : NULL,
        p->ups != 0 ? identity_find(ids, ALARM_OF_UPS, p->ups) : NULL,
        identity_find(ids, ALARM_OF_GATEWAY, 0),
    };

    for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++)
        if (of[i] != NULL && has(of[i]))
            return of[i];
    return NULL;
}

const struct identity *identity_with_location(const struct identities *ids,
                                              const struct identity_place *p)
{
    return nearest(ids, p, has_location);
}

const struct identity *identity_with_advice(const struct identities *ids,
                                            const struct identity_place *p)
{
    return nearest(ids, p, has_advice);
}

static const char *location_of(const struct identities *ids, const struct identity_place *p)
{
    const struct identity *i = identity_with_location(ids, p);

    return i != NULL ? i->location : NULL;
}

void identity_write_object(const struct identities *ids, const struct identity_place *p, char *ret,
                           size_t size)
{
    struct words w = {0};

    snprintf(w.head, sizeof(w.head), "%s", p->device);
    add_parts(&w, ids, p, " / ");
    w.location = w.parts > 0 ? location_of(ids, p) : NULL;
    write_words(&w, ret, size);
}

void identity_write_subject(const struct identities *ids, const struct identity_place *p, char *ret,
                            size_t size)
{
    struct identity_place in = *p;
    struct words w = {.location = location_of(ids, p)};

    if (in.string != 0)
        in.ups = 0;
    snprintf(w.head, sizeof(w.head), "%s \"%s\"",
             p->th     ? "TH controller"
             : p->line ? "serial line"
                       : "gateway",
             p->device);
    add_parts(&w, ids, &in, " ");
    write_words(&w, ret, size);
}
