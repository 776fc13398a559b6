/*
 * Messages between the agent and its btms-inform processes, as either of them could get them from
 * the other one gone mad. What is taken for a message is written again, and must read the same.
 */
#include "inform_wire.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { VARBINDS = 64 };

static void try_receiver(const uint8_t *data, size_t size)
{
    static struct receiver r, again;
    uint8_t buf[INFORM_MESSAGE_MAX];
    size_t n;

    if (!inform_get_receiver(data, size, &r))
        return;
    n = inform_put_receiver(buf, sizeof(buf), &r);
    if (n == 0 || !inform_get_receiver(buf, n, &again) || !receiver_same(&r, &again))
        abort();
    for (size_t cut = 0; cut < n; cut++)
        if (inform_get_receiver(buf, cut, &again))
            abort();
}

static void try_answer(const uint8_t *data, size_t size)
{
    struct inform_answer a, again;
    uint8_t buf[INFORM_MESSAGE_MAX];
    size_t n;

    if (!inform_get_answer(data, size, &a))
        return;
    n = inform_put_answer(buf, sizeof(buf), &a);
    if (n == 0 || !inform_get_answer(buf, n, &again) || a.id != again.id ||
        a.taken != again.taken || strcmp(a.why, again.why) != 0)
        abort();
}

static size_t read_all(struct agentx_in *in, struct agentx_varbind *vb)
{
    size_t n = 0;

    while (n < VARBINDS && in->pos < in->size && !in->bad)
        agentx_read_varbind(in, &vb[n++]);
    return in->bad ? 0 : n;
}

static void try_notification(const uint8_t *data, size_t size)
{
    static struct agentx_varbind vb[VARBINDS], again[VARBINDS];
    uint8_t buf[INFORM_MESSAGE_MAX];
    uint32_t id, id_again;
    struct agentx_in in;
    size_t n, written;

    if (!inform_get_notification(data, size, &id, &in))
        return;
    n = read_all(&in, vb);
    written = inform_put_notification(buf, sizeof(buf), id, vb, n);
    if (written == 0) /* it does not fit */
        return;
    if (!inform_get_notification(buf, written, &id_again, &in) || id_again != id ||
        read_all(&in, again) != n)
        abort();
    for (size_t i = 0; i < n; i++)
        if (!oid_equal(&vb[i].name, &again[i].name) || vb[i].value.kind != again[i].value.kind)
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    try_receiver(data, size);
    try_answer(data, size);
    try_notification(data, size);
    return 0;
}
