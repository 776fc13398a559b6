/* See counted.h. */
#include "counted.h"

#include <dirent.h>
#include <malloc.h>
#include <netdb.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static _Atomic uint64_t calls;
static _Atomic size_t live;
static _Atomic unsigned to_tell;

uint64_t counted_calls(void)
{
    return atomic_load(&calls);
}

size_t counted_live(void)
{
    return atomic_load(&live);
}

void counted_tell(unsigned n)
{
    atomic_store(&to_tell, n);
}

static void note(const char *what, const void *caller)
{
    unsigned left = atomic_load(&to_tell);

    atomic_fetch_add(&calls, 1);
    while (left > 0 && !atomic_compare_exchange_weak(&to_tell, &left, left - 1)) {
    }
    if (left > 0)
        fprintf(stderr, "%s, called at %p\n", what, caller);
}

static void *keep(void *p)
{
    if (p != NULL)
        atomic_fetch_add(&live, malloc_usable_size(p));
    return p;
}

static void let_go(void *p)
{
    if (p != NULL)
        atomic_fetch_sub(&live, malloc_usable_size(p));
}

#define WRAPPED(type, name, parameters, arguments, action)                                         \
    type __real_##name parameters;                                                                 \
    type __wrap_##name parameters;                                                                 \
    type __wrap_##name parameters                                                                  \
    {                                                                                              \
        note(#name, __builtin_return_address(0));                                                  \
        return action(__real_##name arguments);                                                    \
    }

WRAPPED(void *, malloc, (size_t size), (size), keep)
WRAPPED(void *, calloc, (size_t n, size_t size), (n, size), keep)
WRAPPED(char *, strdup, (const char *text), (text), keep)
WRAPPED(char *, strndup, (const char *text, size_t n), (text, n), keep)
WRAPPED(FILE *, fopen, (const char *path, const char *mode), (path, mode), )
WRAPPED(FILE *, fdopen, (int fd, const char *mode), (fd, mode), )
WRAPPED(FILE *, open_memstream, (char **text, size_t *size), (text, size), )
WRAPPED(DIR *, opendir, (const char *path), (path), )
WRAPPED(DIR *, fdopendir, (int fd), (fd), )
WRAPPED(int, getaddrinfo,
        (const char *host, const char *port, const struct addrinfo *hints, struct addrinfo **ret),
        (host, port, hints, ret), )
WRAPPED(int, pthread_create,
        (pthread_t * ret, const pthread_attr_t *attr, void *(*run)(void *), void *arg),
        (ret, attr, run, arg), )
WRAPPED(ssize_t, getline, (char **line, size_t *size, FILE *f), (line, size, f), )

/* The library sorts up to so much without allocating. */
enum { SORTED_IN_PLACE = 1024 };

typedef int compare(const void *a, const void *b);
void __real_qsort(void *of, size_t n, size_t size, compare *by);
void __wrap_qsort(void *of, size_t n, size_t size, compare *by);
void __wrap_qsort(void *of, size_t n, size_t size, compare *by)
{
    if (n * size >= SORTED_IN_PLACE)
        note("qsort", __builtin_return_address(0));
    __real_qsort(of, n, size, by);
}

void *__real_realloc(void *p, size_t size);
void *__wrap_realloc(void *p, size_t size);
void *__wrap_realloc(void *p, size_t size)
{
    size_t before = p != NULL ? malloc_usable_size(p) : 0;
    void *ret;

    note("realloc", __builtin_return_address(0));
    ret = keep(__real_realloc(p, size));
    if (ret != NULL)
        atomic_fetch_sub(&live, before);
    return ret;
}

int __real_vasprintf(char **ret, const char *format, va_list ap)
    __attribute__((format(printf, 2, 0)));
int __wrap_vasprintf(char **ret, const char *format, va_list ap)
    __attribute__((format(printf, 2, 0)));
int __wrap_vasprintf(char **ret, const char *format, va_list ap)
{
    int n = __real_vasprintf(ret, format, ap);

    note("vasprintf", __builtin_return_address(0));
    if (n >= 0)
        keep(*ret);
    return n;
}

int __wrap_asprintf(char **ret, const char *format, ...) __attribute__((format(printf, 2, 3)));
int __wrap_asprintf(char **ret, const char *format, ...)
{
    va_list ap;
    int n;

    va_start(ap, format);
    n = __wrap_vasprintf(ret, format, ap);
    va_end(ap);
    return n;
}

void __real_free(void *p);
void __wrap_free(void *p);
void __wrap_free(void *p)
{
    let_go(p);
    __real_free(p);
}
