/* See config_own.h: one row checks a value, stores it, and words the complaint. */
#include "config_own.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* ---- complaints -------------------------------------------------------------------------- */

void conf_complain(struct conf_place *p, const char *format, ...)
{
    char what[800], cost[160] = "the line is ignored";
    char text[sizeof(p->block) + sizeof(what) + sizeof(cost) + 8];
    va_list ap;

    va_start(ap, format);
    vsnprintf(what, sizeof(what), format, ap);
    va_end(ap);
    if (p->next != NULL)
        snprintf(cost, sizeof(cost), "%s", p->next);
    else if (p->costs != NULL)
        snprintf(cost, sizeof(cost), "this %s is left out", p->costs);
    snprintf(text, sizeof(text), "%s: %s; %s", p->block, what, cost);
    p->complain(p->ctx, text);
    p->config->errors++;
    p->config->costly += p->next == NULL;
}

static const char *value_text(const struct conf_value *v, char *buf, size_t size)
{
    switch (v->type) {
    case CONF_STRING:
        snprintf(buf, size, "\"%s\"", v->string);
        break;
    case CONF_NUMBER:
        snprintf(buf, size, "%.15g", v->number);
        break;
    case CONF_BOOLEAN:
        snprintf(buf, size, "%s", v->boolean ? "true" : "false");
        break;
    }
    return buf;
}

static void list_choices(const struct conf_choice *c, char *ret, size_t size)
{
    size_t used = 0;

    *ret = '\0';
    for (; c->word != NULL && used < size; c++)
        used +=
            (size_t)snprintf(ret + used, size - used, "%s\"%s\"", used > 0 ? ", " : "", c->word);
}

static void allowed(const struct conf_option *o, char *ret, size_t size)
{
    char words[96] = "";

    if (o->choice != NULL)
        list_choices(o->choice, words, sizeof(words));
    switch (o->kind) {
    case OPTION_TEXT:
        snprintf(ret, size, "a text of 1 to %d bytes", (int)o->max - 1);
        break;
    case OPTION_INT:
        snprintf(ret, size, "a whole number from %g to %g%s%s", o->min, o->max,
                 *words ? ", or " : "", words);
        break;
    case OPTION_NUMBER:
    case OPTION_REAL:
        snprintf(ret, size, "a number from %g to %g%s%s", o->min, o->max, *words ? ", or " : "",
                 words);
        break;
    case OPTION_SECONDS:
        snprintf(ret, size, "a number of seconds from %g to %g", o->min, o->max);
        break;
    case OPTION_CHOICE:
        snprintf(ret, size, "one of %s", words);
        break;
    }
}

static void complain_value(struct conf_place *p, const struct conf_option *o,
                           const struct conf_node *n)
{
    char is[300] = "nothing", may[160];

    if (n->values > 0)
        value_text(&n->value[0], is, sizeof(is));
    allowed(o, may, sizeof(may));
    conf_complain(p, "%s is %s%s; it must be %s", o->key, is,
                  n->values > 1 ? " and more values" : "", may);
}

/* ---- options ----------------------------------------------------------------------------- */

/* A number is also taken where a choice is spelled like one: CellType 12 or "12". And collectd's
 * parser makes a boolean of a bare `off`. */
static bool find_choice(const struct conf_choice *c, const struct conf_value *v, int *ret)
{
    char word[32] = "";

    if (c == NULL)
        return false;
    if (v->type == CONF_BOOLEAN)
        snprintf(word, sizeof(word), "%s", v->boolean ? "on" : "off");
    if (v->type == CONF_NUMBER)
        snprintf(word, sizeof(word), "%.15g", v->number);
    for (; c->word != NULL; c++)
        if (strcasecmp(c->word, v->type == CONF_STRING ? v->string : word) == 0) {
            *ret = c->value;
            return true;
        }
    return false;
}

static bool number_inside(const struct conf_option *o, const struct conf_value *v)
{
    return v->type == CONF_NUMBER && isfinite(v->number) && v->number >= o->min &&
           v->number <= o->max && (o->kind != OPTION_INT || v->number == (int)v->number);
}

static int rounded(double number)
{
    return (int)(number < 0 ? number - 0.5 : number + 0.5);
}

static bool store(const struct conf_option *o, const struct conf_value *v, void *base)
{
    void *to = (char *)base + o->offset;
    int number = 0;

    if (o->kind == OPTION_TEXT) {
        if (v->type != CONF_STRING || *v->string == '\0' || strlen(v->string) >= (size_t)o->max)
            return false;
        memcpy(to, v->string, strlen(v->string) + 1);
        return true;
    }
    if (o->kind == OPTION_REAL) {
        if (number_inside(o, v))
            *(double *)to = v->number;
        return number_inside(o, v);
    }
    if (o->kind != OPTION_CHOICE && number_inside(o, v))
        number = rounded(v->number * (o->kind == OPTION_SECONDS  ? 1000
                                      : o->kind == OPTION_NUMBER ? o->scale
                                                                 : 1));
    else if (!find_choice(o->choice, v, &number))
        return false;
    *(int *)to = number;
    return true;
}

static const struct conf_option *find_option(const struct conf_option *table, const char *key)
{
    for (const struct conf_option *o = table; o->key != NULL; o++)
        if (strcasecmp(o->key, key) == 0)
            return o;
    return NULL;
}

bool conf_read_option(struct conf_place *p, const struct conf_option *table,
                      const struct conf_node *n, void *base, unsigned *seen)
{
    const struct conf_option *o = find_option(table, n->key);
    unsigned bit;

    if (o == NULL)
        return false;
    bit = 1u << (o - table);
    if (*seen & bit)
        conf_complain(p, "%s is given twice", o->key);
    else if (n->values != 1 || n->children != 0 || !store(o, &n->value[0], base))
        complain_value(p, o, n);
    *seen |= bit;
    return true;
}

void conf_complain_key(struct conf_place *p, const struct conf_option *table, const char *key,
                       const char *blocks)
{
    char keys[400] = "";
    size_t used = 0;

    for (const struct conf_option *o = table; o->key != NULL; o++)
        used += (size_t)snprintf(keys + used, sizeof(keys) - used, "%s%s", used > 0 ? ", " : "",
                                 o->key);
    conf_complain(p, "there is no key %s here; there are %s%s", key, keys, blocks);
}

void conf_complain_missing(struct conf_place *p, const struct conf_option *table, unsigned seen)
{
    for (const struct conf_option *o = table; o->key != NULL; o++)
        if (o->required && !(seen & 1u << (o - table)))
            conf_complain(p, "%s is missing", o->key);
}

unsigned conf_read_leaf(struct conf_place *p, const struct conf_option *table,
                        const struct conf_node *n, void *base)
{
    unsigned seen = 0, good = 0;

    for (const struct conf_node *c = n->child; c < n->child + n->children; c++) {
        size_t errors = p->config->errors;
        unsigned before = seen;

        if (!conf_read_option(p, table, c, base, &seen))
            conf_complain_key(p, table, c->key, "");
        if (p->config->errors == errors)
            good |= seen & ~before;
    }
    conf_complain_missing(p, table, seen);
    return good;
}

struct conf_place conf_inside(const struct conf_place *p, const struct conf_node *n)
{
    struct conf_place in = *p;
    char is[NAME_SIZE + 96] = "";
    size_t used = strlen(in.block);

    if (n->values > 0)
        value_text(&n->value[0], is, sizeof(is));
    snprintf(in.block + used, sizeof(in.block) - used, " <%s%s%s>", n->key, *is ? " " : "", is);
    return in;
}

void conf_read_name(struct conf_place *p, const struct conf_node *n, char ret[NAME_SIZE])
{
    const char *name = n->values == 1 && n->value[0].type == CONF_STRING ? n->value[0].string : "";
    bool fits = *name != '\0' && strlen(name) < NAME_SIZE;

    for (const char *c = name; *c != '\0'; c++)
        fits &= *c != '/' && (unsigned char)*c >= ' ';
    if (!fits)
        conf_complain(p, "the block's argument must be the %s's name: 1 to %d bytes, no '/'",
                      p->costs, NAME_SIZE - 1);
    else
        snprintf(ret, NAME_SIZE, "%s", name);
}

int conf_read_number(struct conf_place *p, const struct conf_node *n, const char *what, int most)
{
    double number = n->values == 1 && n->value[0].type == CONF_NUMBER ? n->value[0].number : 0;

    if (number >= 1 && number <= most && number == (int)number)
        return (int)number;
    conf_complain(p, "the block's argument must be a %s's number, 1 to %d", what, most);
    return 0;
}
