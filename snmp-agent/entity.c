/* See entity.h. */
#include "entity.h"

#include <string.h>

struct entity_place entity_place(uint32_t index)
{
    return (struct entity_place){.gateway = index / 1000000,
                                 .string = index / 10000 % 100,
                                 .cell = index / 10 % 1000,
                                 .slot = index % 10};
}

uint32_t entity_index(struct entity_place p)
{
    return p.gateway * 1000000 + p.string * 10000 + p.cell * 10 + p.slot;
}

int entity_level_of(const char *name)
{
    static const char *const names[] = {
        [ENTITY_NONE] = "none",
        [ENTITY_SUMMARY] = "summary",
        [ENTITY_STRING] = "string",
        [ENTITY_CELL] = "cell",
    };

    for (int i = ENTITY_NONE; i <= ENTITY_CELL; i++)
        if (strcmp(name, names[i]) == 0)
            return i;
    return -1;
}
