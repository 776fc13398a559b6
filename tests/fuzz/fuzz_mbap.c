/* A byte stream from a gateway: cut as the link cuts it, each frame held against some requests. */
#include "link/mbap.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void match_all(const struct mbap_frame *f)
{
    for (uint16_t count = 1; count <= 125; count = (uint16_t)(count + 31)) {
        const struct link_request r = {.unit = f->unit, .function = 3, .count = count};
        uint16_t words[LINK_WORDS_MAX];
        uint8_t exception = 0;

        if (mbap_match(&r, f, words, &exception) == LINK_OK && f->size != 2u + 2u * count)
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t at = 0, used = 0;
    struct mbap_frame f;

    while (mbap_cut(data + at, size - at, &used, &f) == MBAP_FRAME) {
        if (used < 8 || used > MBAP_FRAME_MAX || used > size - at ||
            f.pdu + f.size != data + at + used)
            abort();
        match_all(&f);
        at += used;
    }
    return 0;
}
