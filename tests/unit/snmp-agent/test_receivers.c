/* The file with the managers for durable informs: what is right, and every mistake. */
#include "receivers.h"

#include "../../support/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct receivers got;
static char said[8192];
static char path[64];

static int set_up(void **state)
{
    int fd;

    (void)state;
    strcpy(path, "/tmp/btms-receivers-XXXXXX");
    fd = mkstemp(path);
    return fd < 0 ? -1 : close(fd);
}

static int tear_down(void **state)
{
    (void)state;
    return unlink(path);
}

static void note(void *ctx, const char *text)
{
    assert_ptr_equal(ctx, &got);
    strcat(said, text);
    strcat(said, "\n");
}

static unsigned parse(const char *text)
{
    FILE *f = fopen(path, "w");

    assert_non_null(f);
    fputs(text, f);
    fclose(f);
    said[0] = '\0';
    return receivers_read(path, &got, note, &got);
}

/* `text` has this one mistake, and no receiver comes of it. */
static void wrong(const char *text, const char *expected)
{
    char line[1024];

    snprintf(line, sizeof(line), "%s: line 1: %s\n", path, expected);
    parse(text);
    assert_string_equal(said, line);
    assert_int_equal(got.n, 0);
}

static void right(const char *text)
{
    if (parse(text) != 0)
        fail_msg("%s", said);
}

/* ---- right ------------------------------------------------------------------------------- */

static void read__v2c_and_v3__all_of_it(void **state)
{
    (void)state;
    right("# managers\n\n"
          "inform \"the noc\" 192.0.2.10:1162 v3 user btms auth SHA-256 \"a b\\\"c\\\\ddd\""
          " priv aes \"another #1\" replay active # as agreed\n"
          "\tinform old nms.example.net v2c community public\n"
          "heartbeat 60");
    assert_int_equal(got.n, 2);
    assert_int_equal(got.heartbeat_s, 60);
    assert_string_equal(got.r[0].name, "the noc");
    assert_string_equal(got.r[0].peer, "udp:192.0.2.10:1162");
    assert_int_equal(got.r[0].version, 3);
    assert_string_equal(got.r[0].user, "btms");
    assert_string_equal(got.r[0].auth, "SHA-256");
    assert_string_equal(got.r[0].auth_pass, "a b\"c\\ddd");
    assert_string_equal(got.r[0].priv, "AES");
    assert_string_equal(got.r[0].priv_pass, "another #1");
    assert_true(got.r[0].only_active);
    assert_string_equal(got.r[1].peer, "udp:nms.example.net:162");
    assert_string_equal(got.r[1].community, "public");
    assert_false(got.r[1].only_active);
}

static void read__addresses__as_the_library_wants_them(void **state)
{
    static const char *const of[][2] = {
        {"[2001:db8::1]",     "udp6:[2001:db8::1]:162"},
        {"[fe80::1%eth0]:99", "udp6:[fe80::1%eth0]:99"},
        {"nms-1:65535",       "udp:nms-1:65535"       },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(of); i++) {
        char text[128];

        snprintf(text, sizeof(text), "inform a %s v2c community x", of[i][0]);
        right(text);
        assert_string_equal(got.r[0].peer, of[i][1]);
    }
}

static void read__empty__heartbeat_hourly(void **state)
{
    (void)state;
    right("");
    assert_int_equal(got.n, 0);
    assert_int_equal(got.heartbeat_s, 3600);
    right("heartbeat 0");
    assert_int_equal(got.heartbeat_s, 0);
}

static void read__levels_of_v3__without_auth_or_priv(void **state)
{
    (void)state;
    right("inform a h v3 user u\ninform b h v3 user u auth MD5 12345678");
    assert_string_equal(got.r[0].auth, "");
    assert_string_equal(got.r[1].auth, "MD5");
    assert_string_equal(got.r[1].priv, "");
}

/* ---- wrong ------------------------------------------------------------------------------- */

#define KEYS  "v2c, v3, community, user, auth, priv or replay"
#define PLACE "host, host:port, [IPv6 address] or [IPv6 address]:port"

static void read__mistake__says_line_key_value_and_what_is_allowed(void **state)
{
    static const char *const of[][2] = {
        {"trap2sink a",                                                "\"trap2sink\": a line must begin with inform or heartbeat"            },
        {"inform",                                                     "name: has no value: must be 1 to 32 printable characters"             },
        {"inform \"\" h v2c community x",                              "name \"\": must be 1 to 32 printable characters"                      },
        {"inform 123456789012345678901234567890123 h v2c community x",
         "name \"123456789012345678901234567890123\": must be 1 to 32 printable characters"                                                   },
        {"inform a",                                                   "address: has no value: must be " PLACE                                },
        {"inform a h:0 v2c community x",                               "address \"h:0\": must be " PLACE                                      },
        {"inform a h:65536 v2c community x",                           "address \"h:65536\": must be " PLACE                                  },
        {"inform a h: v2c community x",                                "address \"h:\": must be " PLACE                                       },
        {"inform a [::1 v2c community x",                              "address \"[::1\": must be " PLACE                                     },
        {"inform a [::1]x v2c community x",                            "address \"[::1]x\": must be " PLACE                                   },
        {"inform a \"h h\" v2c community x",                           "address \"h h\": must be " PLACE                                      },
        {"inform a :162 v2c community x",                              "address \":162\": must be " PLACE                                     },
        {"inform a h community x",                                     "the version is missing: must be v2c or v3"                            },
        {"inform a h v1 v2c community x",                              "\"v1\" is no key: must be " KEYS                                      },
        {"inform a h v2c v3 user x",                                   "v3: the version is given already"                                     },
        {"inform a h v2c v2c community x",                             "v2c: is given twice"                                                  },
        {"inform a h v2c",                                             "v2c: needs community \"...\""                                         },
        {"inform a h v2c community",                                   "community: has no value: must be 1 to 255 characters"                 },
        {"inform a h v2c community x user u",                          "v2c: user, auth and priv belong to v3"                                },
        {"inform a h v3",                                              "v3: needs user NAME"                                                  },
        {"inform a h v3 user",                                         "user: has no value: must be 1 to 32 printable characters"             },
        {"inform a h v3 user u community x",                           "v3: community belongs to v2c"                                         },
        {"inform a h v3 user u priv AES 12345678",                     "priv: needs auth as well"                                             },
        {"inform a h v3 user u auth SHA2 12345678",
         "auth \"SHA2\": must be MD5, SHA, SHA-224, SHA-256, SHA-384 or SHA-512"                                                              },
        {"inform a h v3 user u auth SHA 1234567",
         "the passphrase of auth: has 7 characters: must be 8 to 255 characters"                                                              },
        {"inform a h v3 user u auth SHA",
         "the passphrase of auth: has no value: must be 8 to 255 characters"                                                                  },
        {"inform a h v3 user u auth SHA 12345678 priv 3DES 12345678",
         "priv \"3DES\": must be DES, AES, AES-192 or AES-256"                                                                                },
        {"inform a h v2c community x replay",                          "replay: has no value: must be all or active"                          },
        {"inform a h v2c community x replay some",                     "replay \"some\": must be all or active"                               },
        {"inform a h v2c replay all replay all",                       "replay: is given twice"                                               },
        {"inform \"a h v2c community x",                               "a closing quotation mark is missing"                                  },
        {"heartbeat",
         "heartbeat: has no value: must be a number of seconds from 0 (none) to 604800"                                                       },
        {"heartbeat 1h",                                               "heartbeat \"1h\": must be a number of seconds from 0 (none) to 604800"},
        {"heartbeat -1",                                               "heartbeat \"-1\": must be a number of seconds from 0 (none) to 604800"},
        {"heartbeat 604801",
         "heartbeat \"604801\": must be a number of seconds from 0 (none) to 604800"                                                          },
        {"heartbeat 1 2",                                              "heartbeat: has more than one value"                                   },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(of); i++)
        wrong(of[i][0], of[i][1]);
}

static void read__part_of_a_secret__not_told(void **state)
{
    (void)state;
    assert_int_equal(parse("inform a h v3 user u auth SHA my own secret"), 3);
    assert_null(strstr(said, "own"));
    assert_null(strstr(said, "secret\""));
    assert_non_null(strstr(said, "the word after a secret is no key"));
    assert_int_equal(parse("inform a h v2c community my own"), 1);
    assert_null(strstr(said, "own"));
}

static void read__a_bad_one__left_out_and_all_is_said(void **state)
{
    (void)state;
    assert_int_equal(parse("inform a h v2c community x\n"
                           "inform b h:0 v4 replay x\n"
                           "inform a h v2c community x\n"
                           "inform c h v2c community x\n"),
                     4);
    assert_int_equal(got.n, 2);
    assert_string_equal(got.r[0].name, "a");
    assert_string_equal(got.r[1].name, "c");
    assert_non_null(strstr(said, "line 2: address \"h:0\""));
    assert_non_null(strstr(said, "line 2: \"v4\""));
    assert_non_null(strstr(said, "line 2: replay \"x\""));
    assert_non_null(strstr(said, "line 3: name \"a\": is another receiver's as well"));
}

static void read__too_many__the_first_ones(void **state)
{
    static char text[4096];
    size_t n = 0;

    (void)state;
    for (int i = 0; i < RECEIVERS_MAX + 1; i++)
        n += (size_t)sprintf(text + n, "inform r%d h v2c community x\n", i);
    assert_int_equal(parse(text), 1);
    assert_int_equal(got.n, RECEIVERS_MAX);
    assert_non_null(strstr(said, "line 33: more than 32 receivers"));
}

static void read__long_line_and_many_words__said(void **state)
{
    static char text[5000];

    (void)state;
    memset(text, 'x', sizeof(text) - 1);
    strcpy(text + 4900, "\ninform a h v2c community x");
    assert_int_equal(parse(text), 1);
    assert_non_null(strstr(said, "line 1: longer than"));
    assert_int_equal(got.n, 1);
    text[0] = '\0';
    for (int i = 0; i < 40; i++)
        strcat(text, "a ");
    assert_int_equal(parse(text), 1);
    assert_non_null(strstr(said, "more than 32 words"));
}

static void read__rights__not_for_others(void **state)
{
    static const mode_t bad[] = {0604, 0602, 0644, 0601}, good[] = {0600, 0640, 0660, 0400};

    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        chmod(path, 0600);
        right("inform a h v2c community x");
        chmod(path, bad[i]);
        said[0] = '\0';
        assert_int_equal(receivers_read(path, &got, note, &got), 1);
        assert_non_null(strstr(said, "others have a right to it"));
        assert_int_equal(got.n, 0);
    }
    for (size_t i = 0; i < COUNT(good); i++) {
        chmod(path, 0600);
        right("inform a h v2c community x");
        chmod(path, good[i]);
        assert_int_equal(receivers_read(path, &got, note, &got), 0);
    }
}

static void read__no_file__said(void **state)
{
    (void)state;
    said[0] = '\0';
    assert_int_equal(receivers_read("/nonexistent/x", &got, note, &got), 1);
    assert_string_equal(said, "/nonexistent/x: cannot be read: No such file or directory\n");
    said[0] = '\0';
    assert_int_equal(receivers_read("/tmp", &got, note, &got), 1);
    assert_string_equal(said, "/tmp: is no file\n");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(read__v2c_and_v3__all_of_it),
        TEST(read__addresses__as_the_library_wants_them),
        TEST(read__empty__heartbeat_hourly),
        TEST(read__levels_of_v3__without_auth_or_priv),
        TEST(read__mistake__says_line_key_value_and_what_is_allowed),
        TEST(read__part_of_a_secret__not_told),
        TEST(read__a_bad_one__left_out_and_all_is_said),
        TEST(read__too_many__the_first_ones),
        TEST(read__long_line_and_many_words__said),
        TEST(read__rights__not_for_others),
        TEST(read__no_file__said),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
