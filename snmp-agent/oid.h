/*
 * oid - an object identifier as a plain value.
 *
 * SMIv2 (RFC 2578, 3.5) allows at most 128 sub-identifiers of 32 bits; longer ones cannot be made.
 * Length 0 is AgentX's null identifier (RFC 2741, 5.1). Only sub[0..len) means anything: copying
 * with oid_copy() leaves the rest as it was. Nothing here checks the first two arcs (0..2, 0..39):
 * the master's word is taken, and a table's own names are the table's business.
 */
#ifndef BTMS_OID_H
#define BTMS_OID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* OID_TEXT_SIZE holds the longest one printed, with its NUL. */
enum { OID_MAX = 128, OID_TEXT_SIZE = OID_MAX * 11 + 1 };

struct oid {
    uint32_t len;
    uint32_t sub[OID_MAX];
};

/* A literal: OID(1, 3, 6, 1). More than OID_MAX numbers do not compile without a warning. */
#define OID(...)                                                                                   \
    ((struct oid){.len = sizeof((const uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t),               \
                  .sub = {__VA_ARGS__}})

/* Lexicographic order (RFC 2578, 3.5; a prefix comes first): below, equal to, above 0. */
int oid_compare(const struct oid *a, const struct oid *b);
bool oid_equal(const struct oid *a, const struct oid *b);

/* Is `o` in the subtree `prefix`? Itself included; everything is below the null identifier. */
bool oid_has_prefix(const struct oid *o, const struct oid *prefix);

/* Copies only what is used: a struct assignment moves 516 bytes. */
void oid_copy(struct oid *to, const struct oid *from);

/* Appends; false, and nothing changed, where the result were longer than OID_MAX. */
bool oid_append(struct oid *o, uint32_t sub);
bool oid_append_list(struct oid *o, const uint32_t *subs, size_t n);

/* Reads decimal numbers between dots, with or without a leading dot. 0, -EINVAL where it is
 * something else (also: empty), -ERANGE where a number or their count is too large. */
int oid_parse(const char *text, struct oid *ret);

/* Prints without a leading dot, the null identifier as "". Returns `text`. */
char *oid_print(const struct oid *o, char text[OID_TEXT_SIZE]);

#endif
