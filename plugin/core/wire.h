/*
 * wire - a bounded big-endian cursor.
 *
 * Both directions share one rule: the first access that would leave the buffer sets `bad`, every
 * later one does nothing (reads give 0), and the caller looks at `bad` once, at the end. So a
 * parser is straight code without a length check per field, and cannot read or write outside.
 */
#ifndef BTMS_WIRE_H
#define BTMS_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct wire_in {
    const uint8_t *data;
    size_t size, pos;
    bool bad;
};

struct wire_out {
    uint8_t *data;
    size_t size, pos;
    bool bad;
};

/* The buffer stays the caller's and must outlive the cursor. */
struct wire_in wire_reader(const void *data, size_t size);
struct wire_out wire_writer(void *data, size_t size);

uint8_t wire_get_u8(struct wire_in *in);
uint16_t wire_get_u16(struct wire_in *in);
uint32_t wire_get_u32(struct wire_in *in);
uint64_t wire_get_u64(struct wire_in *in);
/* Copies `n` bytes; on error `ret` is left untouched. */
void wire_get_bytes(struct wire_in *in, void *ret, size_t n);
/* Goes on by `n` bytes and returns where they are, in the caller's buffer; NULL on error. */
const uint8_t *wire_get_part(struct wire_in *in, size_t n);
/* Reads `n` 16-bit words into `words`; on error `words` is left untouched. */
void wire_get_words(struct wire_in *in, uint16_t *words, size_t n);
/* Bytes not read yet; 0 once bad. */
size_t wire_left(const struct wire_in *in);

void wire_put_u8(struct wire_out *out, uint8_t v);
void wire_put_u16(struct wire_out *out, uint16_t v);
void wire_put_u32(struct wire_out *out, uint32_t v);
void wire_put_u64(struct wire_out *out, uint64_t v);
void wire_put_bytes(struct wire_out *out, const void *data, size_t n);
/* Goes on by `n` bytes and returns where they are to be written; NULL on error. */
uint8_t *wire_put_part(struct wire_out *out, size_t n);

#endif
