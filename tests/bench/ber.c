/* See ber.h. */
#include "ber.h"

#include <stdlib.h>
#include <string.h>

/* ---- names ------------------------------------------------------------------------------- */

bool ber_oid_append(struct ber_oid *o, uint32_t sub)
{
    uint8_t reversed[5];
    size_t n = 0;

    do { /* all but the last octet have their highest bit set */
        reversed[n] = (uint8_t)((sub & 0x7f) | (n > 0 ? 0x80 : 0));
        sub >>= 7;
        n++;
    } while (sub > 0);
    if (o->size + n > sizeof(o->data))
        return false;
    while (n > 0)
        o->data[o->size++] = reversed[--n];
    return true;
}

bool ber_oid_parse(const char *text, struct ber_oid *ret)
{
    char *end = NULL;
    unsigned long first, second;

    ret->size = 0;
    text += *text == '.';
    first = strtoul(text, &end, 10);
    if (*end != '.')
        return false;
    second = strtoul(end + 1, &end, 10);
    if (!ber_oid_append(ret, (uint32_t)(first * 40 + second)))
        return false;
    while (*end == '.')
        if (!ber_oid_append(ret, (uint32_t)strtoul(end + 1, &end, 10)))
            return false;
    return *end == '\0';
}

/* ---- writing, backwards ------------------------------------------------------------------ */

struct out {
    uint8_t *start, *p;
    bool bad;
};

static void put(struct out *o, const void *data, size_t size)
{
    if (o->bad || size > (size_t)(o->p - o->start)) {
        o->bad = true;
        return;
    }
    o->p -= size;
    memcpy(o->p, data, size);
}

static void put_byte(struct out *o, uint8_t v)
{
    put(o, &v, 1);
}

/* Tag and length of what was written since `end`. */
static void wrap(struct out *o, uint8_t tag, const uint8_t *end)
{
    size_t n = (size_t)(end - o->p);

    if (n < 128) {
        put_byte(o, (uint8_t)n);
    } else {
        put_byte(o, (uint8_t)n);
        put_byte(o, (uint8_t)(n >> 8));
        put_byte(o, 0x82);
    }
    put_byte(o, tag);
}

static void put_integer(struct out *o, uint32_t v)
{
    const uint8_t *end = o->p;

    for (int i = 0; i < 4; i++, v >>= 8)
        put_byte(o, (uint8_t)v);
    wrap(o, BER_INTEGER, end);
}

static void put_names(struct out *o, const struct ber_request *r)
{
    const uint8_t *list_end = o->p;

    for (size_t i = r->names; i > 0; i--) {
        const uint8_t *end = o->p, *name_end;

        wrap(o, BER_NULL, o->p);
        name_end = o->p;
        put(o, r->name[i - 1].data, r->name[i - 1].size);
        wrap(o, BER_OID, name_end);
        wrap(o, BER_SEQUENCE, end);
    }
    wrap(o, BER_SEQUENCE, list_end);
}

const uint8_t *ber_put_request(const struct ber_request *r, uint8_t *buffer, size_t size,
                               size_t *ret_size)
{
    static const uint8_t before_pdu[] = {BER_INTEGER, 1,   1,   BER_OCTETS, 6,  'p',
                                         'u',         'b', 'l', 'i',        'c'};
    const uint8_t *end = buffer + size;
    struct out o = {.start = buffer, .p = buffer + size};

    put_names(&o, r);
    put_integer(&o, r->repetitions); /* of a GET: no error, at nothing */
    put_integer(&o, 0);
    put_integer(&o, (uint32_t)r->id);
    wrap(&o, r->type, end);
    put(&o, before_pdu, sizeof(before_pdu));
    wrap(&o, BER_SEQUENCE, end);
    *ret_size = (size_t)(end - o.p);
    return o.bad ? NULL : o.p;
}

/* ---- reading ----------------------------------------------------------------------------- */

static size_t take_length(struct ber_in *in)
{
    size_t n = 0;
    int octets;

    if (in->p == in->end) {
        in->bad = true;
        return 0;
    }
    if (*in->p < 128)
        return *in->p++;
    octets = *in->p++ & 0x7f;
    if (octets > 4 || in->end - in->p < octets) {
        in->bad = true;
        return 0;
    }
    while (octets-- > 0)
        n = n << 8 | *in->p++;
    return n;
}

struct ber_item ber_take(struct ber_in *in)
{
    struct ber_item item = {0};

    if (in->bad || in->end - in->p < 2) {
        in->bad = true;
        return item;
    }
    item.tag = *in->p++;
    item.size = take_length(in);
    if (in->bad || (size_t)(in->end - in->p) < item.size) {
        in->bad = true;
        return (struct ber_item){0};
    }
    item.data = in->p;
    in->p += item.size;
    return item;
}

int64_t ber_integer(const struct ber_item *item)
{
    uint64_t v = item->size > 0 && (item->data[0] & 0x80) != 0 ? UINT64_MAX : 0;

    for (size_t i = 0; i < item->size; i++)
        v = v << 8 | item->data[i];
    return (int64_t)v;
}

static struct ber_in inside(struct ber_in *in, uint8_t tag)
{
    struct ber_item item = ber_take(in);

    if (item.tag != tag)
        in->bad = true;
    return (struct ber_in){item.data, item.data + item.size, in->bad};
}

bool ber_get_response(const uint8_t *data, size_t size, struct ber_response *ret)
{
    struct ber_in all = {data, data + size, false};
    struct ber_in message = inside(&all, BER_SEQUENCE), pdu;
    struct ber_item id, error;

    ber_take(&message); /* version, community */
    ber_take(&message);
    pdu = inside(&message, BER_RESPONSE);
    id = ber_take(&pdu);
    error = ber_take(&pdu);
    ber_take(&pdu); /* error index */
    ret->varbinds = inside(&pdu, BER_SEQUENCE);
    ret->id = (int32_t)ber_integer(&id);
    ret->error = ber_integer(&error);
    return !ret->varbinds.bad;
}

bool ber_get_varbind(struct ber_in *varbinds, struct ber_item *ret_name, struct ber_item *ret_value)
{
    struct ber_in one;

    if (varbinds->p == varbinds->end)
        return false;
    one = inside(varbinds, BER_SEQUENCE);
    *ret_name = ber_take(&one);
    *ret_value = ber_take(&one);
    if (one.bad)
        varbinds->bad = true;
    return !one.bad;
}
