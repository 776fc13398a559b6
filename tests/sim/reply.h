/* reply.h: from a request frame to the reply frame of a correct server. Uses libmodbus. */
#ifndef SIM_REPLY_H
#define SIM_REPLY_H

#include <stddef.h>
#include <stdint.h>

struct gateway;

enum { FRAME_MAX = 260 }; /* MBAP header and PDU */

/* Prepares libmodbus; ends the process if that fails. */
void reply_init(void);

/* Answers one whole request frame. Returns the length of the reply, 0 for no reply. */
size_t reply_make(struct gateway *gw, const uint8_t *request, size_t length,
                  uint8_t ret[FRAME_MAX]);

/* The reply that refuses a request with an exception code, 1..255. */
size_t reply_exception(const uint8_t *request, unsigned code, uint8_t ret[FRAME_MAX]);

#endif
