/* Where the master is: what is taken as an address, and what is said of what is not. */
#include "agentx_conn.h"
#include "../../support/check.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/un.h>

#define X10  "xxxxxxxxxx"
#define X100 X10 X10 X10 X10 X10 X10 X10 X10 X10 X10

static struct sockaddr_storage peer;
static socklen_t size;
static const char *why;

static void parse__path__that_socket(void **state)
{
    static const char *const good[][2] = {
        {"/run/agentx/master", "/run/agentx/master"},
        {"unix:/a b:c",        "/a b:c"            },
        {"/" X100 "xxxxxx",    "/" X100 "xxxxxx"   }, /* 107 bytes */
    };
    struct sockaddr_un un;

    (void)state;
    for (size_t i = 0; i < COUNT(good); i++) {
        assert_int_equal(agentx_conn_parse(good[i][0], &peer, &size, &why), 0);
        memcpy(&un, &peer, sizeof(un));
        assert_int_equal(un.sun_family, AF_UNIX);
        assert_string_equal(un.sun_path, good[i][1]);
        assert_int_equal(size, sizeof(un));
    }
}

static void parse__tcp__that_address(void **state)
{
    static const struct {
        const char *text;
        uint16_t port;
    } good[] = {
        {"tcp:127.0.0.1:705",   705  },
        {"tcp:localhost:1",     1    },
        {"tcp:127.0.0.1:65535", 65535},
    };
    struct sockaddr_in in;

    (void)state;
    for (size_t i = 0; i < COUNT(good); i++) {
        assert_int_equal(agentx_conn_parse(good[i].text, &peer, &size, &why), 0);
        memcpy(&in, &peer, sizeof(in));
        assert_int_equal(in.sin_family, AF_INET);
        assert_int_equal(ntohl(in.sin_addr.s_addr), INADDR_LOOPBACK);
        assert_int_equal(ntohs(in.sin_port), good[i].port);
    }
    assert_int_equal(agentx_conn_parse("tcp:[::1]:705", &peer, &size, &why), 0);
    assert_int_equal(peer.ss_family, AF_INET6);
}

static void parse__wrong__says_what(void **state)
{
    static const struct {
        const char *text, *why;
    } bad[] = {
        {"",                                   "begins with /"},
        {"unix:",                              "begins with /"},
        {"agentx/master",                      "begins with /"},
        {"udp:127.0.0.1:705",                  "begins with /"},
        {"/" X100 "xxxxxxx",                   "107 bytes"    },
        {"unix:/" X100 "xxxxxxx",              "107 bytes"    },
        {"tcp:",                               "tcp:host:port"},
        {"tcp:127.0.0.1",                      "tcp:host:port"},
        {"tcp::705",                           "tcp:host:port"},
        {"tcp:127.0.0.1:",                     "1 to 65535"   },
        {"tcp:127.0.0.1:0",                    "1 to 65535"   },
        {"tcp:127.0.0.1:65536",                "1 to 65535"   },
        {"tcp:127.0.0.1:70000",                "1 to 65535"   },
        {"tcp:127.0.0.1:99999999999999999999", "1 to 65535"   },
        {"tcp:127.0.0.1:-705",                 "1 to 65535"   },
        {"tcp:127.0.0.1: 705",                 "1 to 65535"   },
        {"tcp:127.0.0.1:705x",                 "1 to 65535"   },
        {"tcp:127.0.0.1:agentx",               "1 to 65535"   },
        {"tcp:master.example.net:705",         "numeric"      },
        {"tcp:256.0.0.1:705",                  "numeric"      },
        {"tcp:[]:705",                         "numeric"      },
        {"tcp:" X100 ":705",                   "numeric"      },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        why = NULL;
        if (agentx_conn_parse(bad[i].text, &peer, &size, &why) == 0)
            fail_msg("\"%s\" is taken", bad[i].text);
        if (why == NULL || strstr(why, bad[i].why) == NULL)
            fail_msg("\"%s\": \"%s\" does not say \"%s\"", bad[i].text, why, bad[i].why);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parse__path__that_socket),
        cmocka_unit_test(parse__tcp__that_address),
        cmocka_unit_test(parse__wrong__says_what),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
