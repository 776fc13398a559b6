/*
 * conf - configuration trees, written like configuration, and the complaints about them.
 *
 * Literals live as long as the block they stand in.
 */
#ifndef TESTS_CONF_H
#define TESTS_CONF_H

#include "check.h"
#include "config.h"

#include <stdio.h>
#include <string.h>

/* clang-format off */
#define TEXT(s)   {.type = CONF_STRING, .string = (s)}
#define NUMBER(n) {.type = CONF_NUMBER, .number = (n)}
#define BOOL(b)   {.type = CONF_BOOLEAN, .boolean = (b)}

#define LINE(k, ...)                                                                               \
    {.key = (k), .value = (const struct conf_value[]){__VA_ARGS__},                                \
     .values = sizeof((const struct conf_value[]){__VA_ARGS__}) / sizeof(struct conf_value)}
#define BLOCK(k, v, ...)                                                                           \
    {.key = (k), .value = (const struct conf_value[]){v}, .values = 1,                             \
     .child = (const struct conf_node[]){__VA_ARGS__},                                             \
     .children = sizeof((const struct conf_node[]){__VA_ARGS__}) / sizeof(struct conf_node)}
/* A block without an argument. */
#define BARE(k, ...)                                                                               \
    {.key = (k), .child = (const struct conf_node[]){__VA_ARGS__},                                 \
     .children = sizeof((const struct conf_node[]){__VA_ARGS__}) / sizeof(struct conf_node)}
#define ADDRESS LINE("Address", TEXT("10.0.0.5"))

/* Reads one <Plugin btms> block with these children into `config`. */
#define READ(...)                                                                                  \
    conf_read((const struct conf_node[]){__VA_ARGS__},                                             \
              sizeof((const struct conf_node[]){__VA_ARGS__}) / sizeof(struct conf_node))
/* clang-format on */

static struct config config;
static char complaint[32][800];
static int complaints;

static void keep_complaint(void *ctx, const char *text)
{
    assert_ptr_equal(ctx, &complaints);
    assert_true(complaints < (int)COUNT(complaint));
    snprintf(complaint[complaints++], sizeof(complaint[0]), "%s", text);
}

static inline void conf_read(const struct conf_node *child, size_t children)
{
    const struct conf_node plugin = {.key = "Plugin", .child = child, .children = children};

    config_add(&config, &plugin, keep_complaint, &complaints);
}

static inline int conf_setup(void **state)
{
    (void)state;
    complaints = 0;
    config_init(&config);
    return 0;
}

static inline int conf_teardown(void **state)
{
    (void)state;
    config_free(&config);
    return 0;
}

/* Exactly one complaint so far, and it contains each of these (NULL: end). */
static inline void check_one_complaint(const char *const *parts)
{
    if (complaints != 1) {
        for (int i = 0; i < complaints; i++)
            print_error("complaint: %s\n", complaint[i]);
        fail_msg("%d complaints about \"%s\" instead of one", complaints, parts[0]);
    }
    for (; *parts != NULL; parts++)
        if (strstr(complaint[0], *parts) == NULL)
            fail_msg("no \"%s\" in: %s", *parts, complaint[0]);
    assert_int_equal(config.errors, 1);
}

#define CHECK_COMPLAINT(...) check_one_complaint((const char *const[]){__VA_ARGS__, NULL})

#endif
