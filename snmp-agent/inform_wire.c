/* See inform_wire.h. A message is a letter for what it is, and then its fields. */
#include "inform_wire.h"

#include "core/wire.h"

#include <string.h>

/* Agent and child come from one build, but one of them may have been replaced while the other runs:
 * to be raised with every change. */
enum { WIRE_VERSION = 1 };
enum { RECEIVER = 'R', NOTIFICATION = 'N', ANSWER = 'A' };

static void put_text(struct wire_out *out, const char *text)
{
    size_t n = strlen(text);

    wire_put_u16(out, (uint16_t)n);
    wire_put_bytes(out, text, n);
}

static void get_text(struct wire_in *in, char *ret, size_t size)
{
    size_t n = wire_get_u16(in);

    in->bad |= n >= size;
    if (in->bad)
        n = 0;
    wire_get_bytes(in, ret, n);
    ret[in->bad ? 0 : n] = '\0';
}

static size_t length(const struct wire_out *out)
{
    return out->bad ? 0 : out->pos;
}

static bool whole(const struct wire_in *in)
{
    return !in->bad && wire_left(in) == 0;
}

size_t inform_put_receiver(uint8_t *buf, size_t size, const struct receiver *r)
{
    struct wire_out out = wire_writer(buf, size);

    wire_put_u8(&out, RECEIVER);
    wire_put_u8(&out, WIRE_VERSION);
    wire_put_u8(&out, (uint8_t)r->version);
    put_text(&out, r->name);
    put_text(&out, r->peer);
    put_text(&out, r->community);
    put_text(&out, r->user);
    put_text(&out, r->auth);
    put_text(&out, r->auth_pass);
    put_text(&out, r->priv);
    put_text(&out, r->priv_pass);
    return length(&out);
}

bool inform_get_receiver(const uint8_t *buf, size_t size, struct receiver *ret)
{
    struct wire_in in = wire_reader(buf, size);

    memset(ret, 0, sizeof(*ret));
    if (wire_get_u8(&in) != RECEIVER || wire_get_u8(&in) != WIRE_VERSION)
        return false;
    ret->version = wire_get_u8(&in);
    get_text(&in, ret->name, sizeof(ret->name));
    get_text(&in, ret->peer, sizeof(ret->peer));
    get_text(&in, ret->community, sizeof(ret->community));
    get_text(&in, ret->user, sizeof(ret->user));
    get_text(&in, ret->auth, sizeof(ret->auth));
    get_text(&in, ret->auth_pass, sizeof(ret->auth_pass));
    get_text(&in, ret->priv, sizeof(ret->priv));
    get_text(&in, ret->priv_pass, sizeof(ret->priv_pass));
    return whole(&in) && (ret->version == 2 || ret->version == 3);
}

size_t inform_put_notification(uint8_t *buf, size_t size, uint32_t id,
                               const struct agentx_varbind *vb, size_t n)
{
    struct wire_out out = wire_writer(buf, size);
    struct agentx_out list;

    wire_put_u8(&out, NOTIFICATION);
    wire_put_u32(&out, id);
    if (out.bad)
        return 0;
    list = (struct agentx_out){.data = buf + out.pos, .size = size - out.pos};
    for (size_t i = 0; i < n; i++)
        agentx_put_varbind(&list, &vb[i].name, &vb[i].value);
    return list.bad ? 0 : out.pos + list.pos;
}

bool inform_get_notification(const uint8_t *buf, size_t size, uint32_t *ret_id,
                             struct agentx_in *ret)
{
    struct wire_in in = wire_reader(buf, size);
    bool right = wire_get_u8(&in) == NOTIFICATION;

    *ret_id = wire_get_u32(&in);
    *ret = (struct agentx_in){.data = buf + in.pos, .size = size - in.pos, .network_order = true};
    return right && !in.bad;
}

size_t inform_put_answer(uint8_t *buf, size_t size, const struct inform_answer *a)
{
    struct wire_out out = wire_writer(buf, size);

    wire_put_u8(&out, ANSWER);
    wire_put_u32(&out, a->id);
    wire_put_u8(&out, a->taken);
    put_text(&out, a->why);
    return length(&out);
}

bool inform_get_answer(const uint8_t *buf, size_t size, struct inform_answer *ret)
{
    struct wire_in in = wire_reader(buf, size);
    bool right = wire_get_u8(&in) == ANSWER;

    ret->id = wire_get_u32(&in);
    ret->taken = wire_get_u8(&in) != 0;
    get_text(&in, ret->why, sizeof(ret->why));
    return right && whole(&in);
}
