/*
 * See oid.h. A fixed array instead of a pointer: names live on the stack and in tables, nothing is
 * allocated, and there is no owner to think of.
 */
#include "oid.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

int oid_compare(const struct oid *a, const struct oid *b)
{
    uint32_t n = a->len < b->len ? a->len : b->len;

    for (uint32_t i = 0; i < n; i++)
        if (a->sub[i] != b->sub[i])
            return a->sub[i] < b->sub[i] ? -1 : 1;
    return (a->len > b->len) - (a->len < b->len);
}

/* From the end: neighbours in a table differ in their last numbers. */
bool oid_equal(const struct oid *a, const struct oid *b)
{
    if (a->len != b->len)
        return false;
    for (uint32_t i = a->len; i > 0; i--)
        if (a->sub[i - 1] != b->sub[i - 1])
            return false;
    return true;
}

bool oid_has_prefix(const struct oid *o, const struct oid *prefix)
{
    return o->len >= prefix->len &&
           memcmp(o->sub, prefix->sub, prefix->len * sizeof(o->sub[0])) == 0;
}

void oid_copy(struct oid *to, const struct oid *from)
{
    to->len = from->len;
    memmove(to->sub, from->sub, from->len * sizeof(from->sub[0]));
}

bool oid_append(struct oid *o, uint32_t sub)
{
    return oid_append_list(o, &sub, 1);
}

bool oid_append_list(struct oid *o, const uint32_t *subs, size_t n)
{
    if (n > OID_MAX - o->len)
        return false;
    if (n > 0) /* then `subs` may be NULL */
        memmove(o->sub + o->len, subs, n * sizeof(subs[0]));
    o->len += (uint32_t)n;
    return true;
}

/* One decimal number at *text, which then points behind it. */
static int parse_number(const char **text, uint32_t *ret)
{
    const char *p = *text;
    uint64_t v = 0;

    if (*p < '0' || *p > '9')
        return -EINVAL;
    for (; *p >= '0' && *p <= '9'; p++) {
        v = 10 * v + (uint64_t)(*p - '0');
        if (v > UINT32_MAX)
            return -ERANGE;
    }
    *text = p;
    *ret = (uint32_t)v;
    return 0;
}

int oid_parse(const char *text, struct oid *ret)
{
    struct oid o = {.len = 0};
    uint32_t sub;
    int err;

    if (*text == '.')
        text++;
    for (;;) {
        err = parse_number(&text, &sub);
        if (err != 0)
            return err;
        if (!oid_append(&o, sub))
            return -ERANGE;
        if (*text == '\0')
            break;
        if (*text++ != '.')
            return -EINVAL;
    }
    oid_copy(ret, &o);
    return 0;
}

char *oid_print(const struct oid *o, char text[OID_TEXT_SIZE])
{
    char *p = text;

    *p = '\0';
    for (uint32_t i = 0; i < o->len; i++)
        p += sprintf(p, i > 0 ? ".%u" : "%u", o->sub[i]);
    return text;
}
