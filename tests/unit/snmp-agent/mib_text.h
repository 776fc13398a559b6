/*
 * mib_text - what mibs/BTMS-MIB.txt says, read by the test: objects with number, syntax and access,
 * and the OBJECTS of a notification. Understands the layout of that file, not SMIv2.
 */
#ifndef TESTS_MIB_TEXT_H
#define TESTS_MIB_TEXT_H

#include "agentx_pdu.h"
#include "oid.h"
#include "../../support/check.h"

#include <stdio.h>
#include <string.h>

enum { TEXT_MOST = 800, TEXT_NAME = 64 };

struct mib_object {
    char name[TEXT_NAME], syntax[TEXT_NAME], access[TEXT_NAME];
    struct oid path; /* below btmsMIB: 1 ... for objects, 0 ... for notifications */
};

static struct mib_object mib_object[TEXT_MOST];
static size_t mib_objects;

static inline const struct mib_object *text_find(const char *name)
{
    for (size_t i = 0; i < mib_objects; i++)
        if (strcmp(mib_object[i].name, name) == 0)
            return &mib_object[i];
    return NULL;
}

/* `::= { parent number }`, somewhere in `line`: the end of the object begun last. */
static inline void text_place(struct mib_object *o, const char *line)
{
    const char *at = strstr(line, "::= {");
    char parent[TEXT_NAME];
    unsigned number;

    if (at == NULL || sscanf(at, "::= { %63[A-Za-z0-9] %u }", parent, &number) != 2)
        return;
    if (strcmp(parent, "btmsMIB") != 0) {
        assert_non_null(text_find(parent));
        oid_copy(&o->path, &text_find(parent)->path);
    }
    oid_append(&o->path, number);
}

static inline void text_line(const char *line)
{
    struct mib_object *o = &mib_object[mib_objects > 0 ? mib_objects - 1 : 0];
    char name[TEXT_NAME], what[TEXT_NAME];

    if (sscanf(line, "%63[A-Za-z0-9] %63[A-Z-]", name, what) == 2 && line[0] == 'b' &&
        (strcmp(what, "OBJECT-TYPE") == 0 || strcmp(what, "OBJECT") == 0 ||
         strcmp(what, "NOTIFICATION-TYPE") == 0)) {
        assert_true(mib_objects < TEXT_MOST);
        o = &mib_object[mib_objects++];
        memset(o, 0, sizeof(*o));
        strcpy(o->name, name);
    } else if (mib_objects == 0 || o->path.len > 0) {
        return;
    }
    sscanf(line, "    SYNTAX %63[A-Za-z0-9 ]", o->syntax);
    sscanf(line, "    MAX-ACCESS %63s", o->access);
    text_place(o, line);
}

static inline void text_read(void)
{
    FILE *f = fopen("mibs/BTMS-MIB.txt", "r");
    char line[512];

    assert_non_null(f);
    mib_objects = 0;
    while (fgets(line, sizeof(line), f) != NULL)
        text_line(line);
    fclose(f);
    assert_true(mib_objects > 350);
}

/* The objects of notification `name`, in order. Returns how many. */
static inline size_t text_notification(const char *name, char ret[][TEXT_NAME], size_t most)
{
    FILE *f = fopen("mibs/BTMS-MIB.txt", "r");
    char line[512], start[TEXT_NAME + 32], word[TEXT_NAME];
    bool inside = false;
    size_t n = 0;

    assert_non_null(f);
    snprintf(start, sizeof(start), "%s NOTIFICATION-TYPE", name);
    while (fgets(line, sizeof(line), f) != NULL && !(inside && strchr(line, '}') != NULL)) {
        inside |= strncmp(line, start, strlen(start)) == 0;
        if (inside && sscanf(line, " %63[A-Za-z]", word) == 1 && strncmp(word, "btms", 4) == 0 &&
            line[0] == ' ') {
            assert_true(n < most);
            strcpy(ret[n++], word);
        }
    }
    fclose(f);
    return n;
}

/* What a syntax is on the wire; 0: not known here. */
static inline enum agentx_kind text_kind(const char *syntax)
{
    static const struct {
        const char *syntax;
        enum agentx_kind kind;
    } of[] = {
        {"Integer32",           AGENTX_INTEGER32        },
        {"INTEGER",             AGENTX_INTEGER32        },
        {"TruthValue",          AGENTX_INTEGER32        },
        {"BtmsStatus",          AGENTX_INTEGER32        },
        {"BtmsSeverity",        AGENTX_INTEGER32        },
        {"BtmsChargeState",     AGENTX_INTEGER32        },
        {"BtmsSwitch",          AGENTX_INTEGER32        },
        {"BtmsOnOff",           AGENTX_INTEGER32        },
        {"BtmsSource",          AGENTX_INTEGER32        },
        {"BtmsAlarmKind",       AGENTX_INTEGER32        },
        {"Unsigned32",          AGENTX_GAUGE32          },
        {"Gauge32",             AGENTX_GAUGE32          },
        {"BtmsIndexOrZero",     AGENTX_GAUGE32          },
        {"BtmsChannelState",    AGENTX_INTEGER32        },
        {"BtmsCellVector",      AGENTX_OCTET_STRING     },
        {"VariablePointer",     AGENTX_OBJECT_IDENTIFIER},
        {"BtmsIndex",           AGENTX_GAUGE32          },
        {"Counter32",           AGENTX_COUNTER32        },
        {"TimeStamp",           AGENTX_TIME_TICKS       },
        {"SnmpAdminString",     AGENTX_OCTET_STRING     },
        {"DateAndTime",         AGENTX_OCTET_STRING     },
        {"BtmsStoreIdentifier", AGENTX_OCTET_STRING     },
        {"BITS",                AGENTX_OCTET_STRING     },
        {"BtmsCellVector",      AGENTX_OCTET_STRING     },
        {"OBJECT IDENTIFIER",   AGENTX_OBJECT_IDENTIFIER},
    };
    size_t n = strlen(syntax);

    while (n > 0 && syntax[n - 1] == ' ')
        n--;
    for (size_t i = 0; i < COUNT(of); i++)
        if (strlen(of[i].syntax) == n && strncmp(of[i].syntax, syntax, n) == 0)
            return of[i].kind;
    return 0;
}

#endif
