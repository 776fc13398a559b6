/* See options.h. */
#include "options.h"

#include "agentx_conn.h"

#include <getopt.h>
#include <stdio.h>

#ifndef BTMS_MIB_ROOT
#error "BTMS_MIB_ROOT: the dotted btmsRoot of mibs/BTMS-REG-MIB.txt, from the Makefile"
#endif

static const struct option long_options[] = {
    {"state-dir", required_argument, NULL, 's'},
    {"data-dir",  required_argument, NULL, 'd'},
    {"socket",    required_argument, NULL, 'x'},
    {"base-oid",  required_argument, NULL, 'b'},
    {"entity",    required_argument, NULL, 'e'},
    {"receivers", required_argument, NULL, 'c'},
    {"allow-set", no_argument,       NULL, 'w'},
    {"check",     no_argument,       NULL, 't'},
    {"dump",      no_argument,       NULL, 'D'},
    {"version",   no_argument,       NULL, 'V'},
    {"help",      no_argument,       NULL, 'h'},
    {NULL,        0,                 NULL, 0  }
};

static void usage(FILE *to)
{
    fprintf(to, "usage: btms-agentx [-t | --dump] [-s StateDir] [-d DataDir] [-x socket] [-b OID]\n"
                "                   [-e level] [-c file] [-w]\n"
                "  -s, --state-dir  where the collector publishes   (/run/btms)\n"
                "  -d, --data-dir   where the store is              (/var/lib/btms)\n"
                "  -x, --socket     the master's AgentX socket: a path or tcp:host:port\n"
                "                                                   (/var/agentx/master)\n"
                "  -b, --base-oid   btmsRoot                        (" BTMS_MIB_ROOT ")\n"
                "  -e, --entity     what ENTITY-MIB shows: none, summary, string or cell\n"
                "                                                   (string)\n"
                "  -c, --receivers  managers that are sent durable informs\n"
                "  -w, --allow-set  alarms can be acknowledged by SNMP SET\n"
                "  -t, --check      check options, directories, files and the socket, and exit\n"
                "      --dump       print the whole tree as it would be served, and exit\n"
                "See btms-agentx(8).\n");
}

int options_parse(int argc, char **argv, struct options *o)
{
    int c;

    *o = (struct options){.state_dir = "/run/btms",
                          .data_dir = "/var/lib/btms",
                          .socket = "/var/agentx/master",
                          .base = BTMS_MIB_ROOT,
                          .entity = "string"};
    while ((c = getopt_long(argc, argv, "s:d:x:b:e:c:wthV", long_options, NULL)) != -1) {
        switch (c) {
        case 's':
            o->state_dir = optarg;
            break;
        case 'd':
            o->data_dir = optarg;
            break;
        case 'x':
            o->socket = optarg;
            break;
        case 'b':
            o->base = optarg;
            break;
        case 'e':
            o->entity = optarg;
            break;
        case 'c':
            o->receivers = optarg;
            break;
        case 'w':
            o->writable = true;
            break;
        case 't':
            o->check = true;
            break;
        case 'D':
            o->dump = true;
            break;
        case 'V':
            puts("btms-agentx " BTMS_VERSION);
            return 1;
        case 'h':
            usage(stdout);
            return 1;
        default:
            usage(stderr);
            return 3;
        }
    }
    if (optind < argc) {
        fprintf(stderr, "btms-agentx: \"%s\" is not an option\n", argv[optind]);
        return 3;
    }
    return 0;
}

/* Room must be left for the longest instance below it; mib-2 is the IETF's. */
static bool parse_root(struct options *o)
{
    static const struct oid mib_2 = {
        6, {1, 3, 6, 1, 2, 1}
    };
    struct oid objects; /* its beginning is what must not be among the objects of others */

    if (oid_parse(o->base, &o->root) == 0 && o->root.len >= 2 && o->root.len <= 100 &&
        o->root.sub[0] <= 2) {
        oid_copy(&objects, &o->root);
        oid_append_list(&objects, (const uint32_t[]){2, 1, 1}, 3);
        if (!oid_has_prefix(&objects, &mib_2))
            return true;
    }
    fprintf(stderr,
            "btms-agentx: base OID \"%s\": must be 2 to 100 numbers between dots, not below "
            "1.3.6.1.2.1, as in %s\n",
            o->base, BTMS_MIB_ROOT);
    return false;
}

static bool parse_socket(const struct options *o)
{
    struct sockaddr_storage peer;
    socklen_t size;
    const char *why;

    if (agentx_conn_parse(o->socket, &peer, &size, &why) == 0)
        return true;
    fprintf(stderr, "btms-agentx: AgentX socket \"%s\": %s\n", o->socket, why);
    return false;
}

static bool parse_entity(struct options *o)
{
    int level = entity_level_of(o->entity);

    if (level < 0)
        fprintf(stderr, "btms-agentx: entity level \"%s\": must be none, summary, string or cell\n",
                o->entity);
    else
        o->entities = (enum entity_level)level;
    return level >= 0;
}

bool options_check(struct options *o)
{
    return parse_root(o) && parse_socket(o) && parse_entity(o);
}
