/*
 * Feeds inputs to LLVMFuzzerTestOneInput without libFuzzer: the files given as arguments, or, without
 * any, some thousands of pseudo-random inputs from a fixed seed.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { ROUNDS = 5000, SIZE_MAX_RANDOM = 600 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A copy of the exact size: the sanitizer sees a read past it. */
static void feed(const uint8_t *data, size_t size)
{
    uint8_t *copy = malloc(size > 0 ? size : 1);

    if (copy == NULL)
        abort();
    for (size_t i = 0; i < size; i++)
        copy[i] = data[i];
    LLVMFuzzerTestOneInput(copy, size);
    free(copy);
}

static int feed_file(const char *path)
{
    static uint8_t data[1 << 20];
    FILE *file = fopen(path, "rb");
    size_t size;

    if (file == NULL) {
        perror(path);
        return 1;
    }
    size = fread(data, 1, sizeof(data), file);
    fclose(file);
    feed(data, size);
    return 0;
}

static uint32_t next_random(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

static void feed_random(uint32_t seed)
{
    uint8_t data[SIZE_MAX_RANDOM];

    printf("%d random inputs, seed %u\n", ROUNDS, (unsigned)seed);
    for (int round = 0; round < ROUNDS; round++) {
        size_t size = next_random(&seed) % SIZE_MAX_RANDOM;
        uint32_t most = round % 3 == 0 ? 4 : 256; /* small numbers reach further */

        for (size_t i = 0; i < size; i++)
            data[i] = (uint8_t)(next_random(&seed) % most);
        feed(data, size);
    }
}

int main(int argc, char **argv)
{
    int errors = 0;

    if (argc == 1)
        feed_random(20250626);
    for (int i = 1; i < argc; i++)
        errors += feed_file(argv[i]);
    return errors != 0;
}
