/*
 * The cursor of wire.h. Knows nothing of what is read through it. Each access asks for its bytes
 * once, in claim(); there is no other place where a position moves.
 */
#include "core/wire.h"

#include <string.h>

struct wire_in wire_reader(const void *data, size_t size)
{
    return (struct wire_in){.data = data, .size = size};
}

struct wire_out wire_writer(void *data, size_t size)
{
    return (struct wire_out){.data = data, .size = size};
}

static bool claim(size_t size, size_t *pos, bool *bad, size_t n)
{
    if (*bad || n > size - *pos) {
        *bad = true;
        return false;
    }
    *pos += n;
    return true;
}

static const uint8_t *take(struct wire_in *in, size_t n)
{
    return claim(in->size, &in->pos, &in->bad, n) ? in->data + in->pos - n : NULL;
}

static uint8_t *give(struct wire_out *out, size_t n)
{
    return claim(out->size, &out->pos, &out->bad, n) ? out->data + out->pos - n : NULL;
}

static uint16_t be16(const uint8_t *p)
{
    return (uint16_t)(p[0] << 8 | p[1]);
}

static uint32_t be32(const uint8_t *p)
{
    return (uint32_t)be16(p) << 16 | be16(p + 2);
}

uint8_t wire_get_u8(struct wire_in *in)
{
    const uint8_t *p = take(in, 1);

    return p ? p[0] : 0;
}

uint16_t wire_get_u16(struct wire_in *in)
{
    const uint8_t *p = take(in, 2);

    return p ? be16(p) : 0;
}

uint32_t wire_get_u32(struct wire_in *in)
{
    const uint8_t *p = take(in, 4);

    return p ? be32(p) : 0;
}

uint64_t wire_get_u64(struct wire_in *in)
{
    const uint8_t *p = take(in, 8);

    return p ? (uint64_t)be32(p) << 32 | be32(p + 4) : 0;
}

void wire_get_bytes(struct wire_in *in, void *ret, size_t n)
{
    const uint8_t *p = take(in, n);

    if (p && n > 0)
        memcpy(ret, p, n);
}

const uint8_t *wire_get_part(struct wire_in *in, size_t n)
{
    return take(in, n);
}

void wire_get_words(struct wire_in *in, uint16_t *words, size_t n)
{
    const uint8_t *p = n <= SIZE_MAX / 2 ? take(in, 2 * n) : NULL;

    if (p == NULL) {
        in->bad = true;
        return;
    }
    for (size_t i = 0; i < n; i++)
        words[i] = be16(p + 2 * i);
}

size_t wire_left(const struct wire_in *in)
{
    return in->bad ? 0 : in->size - in->pos;
}

static void put_be(struct wire_out *out, uint64_t v, size_t n)
{
    uint8_t *p = give(out, n);

    for (size_t i = n; p && i-- > 0; v >>= 8)
        p[i] = (uint8_t)v;
}

void wire_put_u8(struct wire_out *out, uint8_t v)
{
    put_be(out, v, 1);
}

void wire_put_u16(struct wire_out *out, uint16_t v)
{
    put_be(out, v, 2);
}

void wire_put_u32(struct wire_out *out, uint32_t v)
{
    put_be(out, v, 4);
}

void wire_put_u64(struct wire_out *out, uint64_t v)
{
    put_be(out, v, 8);
}

void wire_put_bytes(struct wire_out *out, const void *data, size_t n)
{
    uint8_t *p = give(out, n);

    if (p && n > 0)
        memcpy(p, data, n);
}

uint8_t *wire_put_part(struct wire_out *out, size_t n)
{
    return give(out, n);
}
