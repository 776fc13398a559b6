/* See receivers.h. A line is cut into words, then each keyword takes the words that belong to it;
 * all mistakes of a line are said, and any of them leaves the receiver out. */
#include "receivers.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LINE_SIZE = 2048, WORDS_MAX = 32, HEARTBEAT_S = 3600, HEARTBEAT_MAX_S = 604800 };
enum { PASS_MIN = 8 }; /* RFC 3414, 11.2 */

struct reader {
    const char *path;
    unsigned line, mistakes;
    void (*say)(void *ctx, const char *text);
    void *ctx;
    struct receivers *ret;
    char text[LINE_SIZE]; /* of the words, each with its NUL */
    char *word[WORDS_MAX];
    bool quoted[WORDS_MAX];
    size_t words, next;
    bool secret_before; /* the word before was a secret, so this one may be a part of it */
};

__attribute__((format(printf, 2, 3))) static void mistake(struct reader *r, const char *format, ...)
{
    char text[1024];
    va_list args;
    int n = r->line > 0 ? snprintf(text, sizeof(text), "%s: line %u: ", r->path, r->line)
                        : snprintf(text, sizeof(text), "%s: ", r->path);

    r->mistakes++;
    if (n < 0 || (size_t)n >= sizeof(text))
        return;
    va_start(args, format);
    vsnprintf(text + n, sizeof(text) - (size_t)n, format, args);
    va_end(args);
    r->say(r->ctx, text);
}

/* ---- words ------------------------------------------------------------------------------- */

/* Takes a word off `*from`, in place. False when a quotation mark is missing. */
static bool cut(char **from, char **ret, bool *ret_quoted)
{
    char *in = *from, *out = in;

    *ret = out;
    *ret_quoted = *in == '"';
    if (!*ret_quoted) {
        in += strcspn(in, " \t\r\n");
        *from = *in != '\0' ? in + 1 : in;
        *in = '\0';
        return true;
    }
    for (in++; *in != '"' && *in != '\0'; *out++ = *in++)
        if (*in == '\\' && (in[1] == '"' || in[1] == '\\'))
            in++;
    if (*in == '\0')
        return false;
    *from = in + 1;
    *out = '\0';
    return true;
}

static bool cut_all(struct reader *r)
{
    char *at = r->text;

    r->words = r->next = 0;
    for (;;) {
        at += strspn(at, " \t\r\n");
        if (*at == '\0' || *at == '#')
            return true;
        if (r->words == WORDS_MAX) {
            mistake(r, "more than %d words", WORDS_MAX);
            return false;
        }
        if (!cut(&at, &r->word[r->words], &r->quoted[r->words])) {
            mistake(r, "a closing quotation mark is missing");
            return false;
        }
        r->words++;
    }
}

/* NULL, and said, when there is none left for `key`. */
static const char *take(struct reader *r, const char *key, const char *allowed)
{
    if (r->next < r->words)
        return r->word[r->next++];
    mistake(r, "%s: has no value: must be %s", key, allowed);
    return NULL;
}

/* ---- values ------------------------------------------------------------------------------ */

static bool printable(const char *s)
{
    for (; *s != '\0'; s++)
        if ((unsigned char)*s < ' ' || *s == 0x7f)
            return false;
    return true;
}

static void take_text(struct reader *r, const char *key, char *ret, size_t size)
{
    char allowed[64];
    const char *v;

    snprintf(allowed, sizeof(allowed), "1 to %zu printable characters", size - 1);
    v = take(r, key, allowed);
    if (v == NULL)
        return;
    if (*v == '\0' || strlen(v) >= size || !printable(v))
        mistake(r, "%s \"%s\": must be %s", key, v, allowed);
    else
        strcpy(ret, v);
}

/* The value is not told: it is a secret. */
static void take_secret(struct reader *r, const char *key, size_t least, char *ret)
{
    char allowed[64];
    const char *v;

    snprintf(allowed, sizeof(allowed), "%zu to %d characters", least, RECEIVER_WORD_SIZE - 1);
    v = take(r, key, allowed);
    r->secret_before = true;
    if (v == NULL)
        return;
    if (strlen(v) < least || strlen(v) >= RECEIVER_WORD_SIZE)
        mistake(r, "%s: has %zu characters: must be %s", key, strlen(v), allowed);
    else
        strcpy(ret, v);
}

/* One of a list of words "A, B or C"; -1, and said, if it is none. */
static int take_one_of(struct reader *r, const char *key, const char *const *words,
                       const char *allowed)
{
    const char *v = take(r, key, allowed);

    if (v == NULL)
        return -1;
    for (int i = 0; words[i] != NULL; i++)
        if (strcasecmp(v, words[i]) == 0)
            return i;
    mistake(r, "%s \"%s\": must be %s", key, v, allowed);
    return -1;
}

static bool is_port(const char *s)
{
    char *end;
    long n = strtol(s, &end, 10);

    return isdigit((unsigned char)*s) && *end == '\0' && n >= 1 && n <= 65535;
}

static bool is_host(const char *s, size_t n, const char *also)
{
    for (size_t i = 0; i < n; i++)
        if (!isalnum((unsigned char)s[i]) && strchr(also, s[i]) == NULL)
            return false;
    return n > 0;
}

/* Words of an address: "host", "host:port", "[IPv6]", "[IPv6]:port". */
static bool parse_peer(const char *v, struct receiver *ret)
{
    bool six = *v == '[';
    const char *host = v + six, *end = strchr(host, six ? ']' : ':');
    size_t n = end != NULL ? (size_t)(end - host) : strlen(host);
    const char *rest = end == NULL ? "" : end + six;

    if ((six && end == NULL) || !is_host(host, n, six ? ":.%-_" : ".-_") ||
        (*rest != '\0' && (*rest != ':' || !is_port(rest + 1))))
        return false;
    snprintf(ret->peer, sizeof(ret->peer), six ? "udp6:[%.*s]:%s" : "udp:%.*s:%s", (int)n, host,
             *rest != '\0' ? rest + 1 : "162");
    return n < RECEIVER_WORD_SIZE;
}

/* ---- keywords of a receiver -------------------------------------------------------------- */

static void on_v2c(struct reader *r, struct receiver *ret)
{
    if (ret->version == 3)
        mistake(r, "v2c: the version is given already");
    ret->version = 2;
}

static void on_v3(struct reader *r, struct receiver *ret)
{
    if (ret->version == 2)
        mistake(r, "v3: the version is given already");
    ret->version = 3;
}

static void on_community(struct reader *r, struct receiver *ret)
{
    take_secret(r, "community", 1, ret->community);
}

static void on_user(struct reader *r, struct receiver *ret)
{
    take_text(r, "user", ret->user, sizeof(ret->user));
}

static void on_auth(struct reader *r, struct receiver *ret)
{
    static const char *const words[] = {"MD5",     "SHA",     "SHA-224", "SHA-256",
                                        "SHA-384", "SHA-512", NULL};
    int i = take_one_of(r, "auth", words, "MD5, SHA, SHA-224, SHA-256, SHA-384 or SHA-512");

    if (i >= 0)
        strcpy(ret->auth, words[i]);
    take_secret(r, "the passphrase of auth", PASS_MIN, ret->auth_pass);
}

static void on_priv(struct reader *r, struct receiver *ret)
{
    static const char *const words[] = {"DES", "AES", "AES-192", "AES-256", NULL};
    int i = take_one_of(r, "priv", words, "DES, AES, AES-192 or AES-256");

    if (i >= 0)
        strcpy(ret->priv, words[i]);
    take_secret(r, "the passphrase of priv", PASS_MIN, ret->priv_pass);
}

static void on_replay(struct reader *r, struct receiver *ret)
{
    static const char *const words[] = {"all", "active", NULL};

    ret->only_active = take_one_of(r, "replay", words, "all or active") == 1;
}

static const struct {
    const char *key;
    void (*take)(struct reader *r, struct receiver *ret);
} keys[] = {
    {"v2c",       on_v2c      },
    {"v3",        on_v3       },
    {"community", on_community},
    {"user",      on_user     },
    {"auth",      on_auth     },
    {"priv",      on_priv     },
    {"replay",    on_replay   },
};
enum { KEYS = sizeof(keys) / sizeof(keys[0]) };
#define KEYS_TEXT "v2c, v3, community, user, auth, priv or replay"

static void take_key(struct reader *r, struct receiver *ret, bool seen[KEYS])
{
    bool after_secret = r->secret_before;
    const char *key = r->word[r->next++];

    r->secret_before = false;
    for (size_t i = 0; i < KEYS; i++) {
        if (strcmp(key, keys[i].key) != 0)
            continue;
        if (seen[i])
            mistake(r, "%s: is given twice", key);
        seen[i] = true;
        keys[i].take(r, ret);
        return;
    }
    if (after_secret)
        mistake(r, "the word after a secret is no key: must be " KEYS_TEXT
                   "; is the secret in quotation marks?");
    else
        mistake(r, "\"%s\" is no key: must be " KEYS_TEXT, key);
    r->secret_before = after_secret;
}

/* What must be there, and what must not be. */
static void check_v2c(struct reader *r, const struct receiver *v)
{
    if (*v->community == '\0')
        mistake(r, "v2c: needs community \"...\"");
    if (*v->user != '\0' || *v->auth != '\0' || *v->priv != '\0')
        mistake(r, "v2c: user, auth and priv belong to v3");
}

static void check_v3(struct reader *r, const struct receiver *v)
{
    if (*v->user == '\0')
        mistake(r, "v3: needs user NAME");
    if (*v->community != '\0')
        mistake(r, "v3: community belongs to v2c");
    if (*v->priv != '\0' && *v->auth == '\0')
        mistake(r, "priv: needs auth as well");
}

static bool name_taken(const struct reader *r, const char *name)
{
    for (size_t i = 0; i < r->ret->n; i++)
        if (strcmp(r->ret->r[i].name, name) == 0)
            return true;
    return false;
}

static void on_inform(struct reader *r)
{
    static const char place[] = "host, host:port, [IPv6 address] or [IPv6 address]:port";
    struct receiver v = {.version = 0};
    unsigned before = r->mistakes;
    bool seen[KEYS] = {false};
    const char *peer;

    take_text(r, "name", v.name, sizeof(v.name));
    if (name_taken(r, v.name))
        mistake(r, "name \"%s\": is another receiver's as well", v.name);
    peer = r->next < r->words || r->mistakes == before ? take(r, "address", place) : NULL;
    if (peer != NULL && !parse_peer(peer, &v))
        mistake(r, "address \"%s\": must be %s", peer, place);
    r->secret_before = false;
    while (r->next < r->words)
        take_key(r, &v, seen);
    if (r->mistakes == before && v.version == 0)
        mistake(r, "the version is missing: must be v2c or v3");
    else if (r->mistakes == before)
        (v.version == 2 ? check_v2c : check_v3)(r, &v);
    if (r->mistakes == before && r->ret->n == RECEIVERS_MAX)
        mistake(r, "more than %d receivers", RECEIVERS_MAX);
    if (r->mistakes == before)
        r->ret->r[r->ret->n++] = v;
    explicit_bzero(&v, sizeof(v));
}

static void on_heartbeat(struct reader *r)
{
    static const char allowed[] = "a number of seconds from 0 (none) to 604800";
    const char *v = take(r, "heartbeat", allowed);
    char *end;
    long n;

    if (v == NULL)
        return;
    n = strtol(v, &end, 10);
    if (!isdigit((unsigned char)*v) || *end != '\0' || n > HEARTBEAT_MAX_S)
        mistake(r, "heartbeat \"%s\": must be %s", v, allowed);
    else
        r->ret->heartbeat_s = (int)n;
    if (r->next < r->words)
        mistake(r, "heartbeat: has more than one value");
}

/* ---- the file ---------------------------------------------------------------------------- */

static void read_line(struct reader *r)
{
    const char *word;

    if (!cut_all(r) || r->words == 0)
        return;
    word = r->word[r->next++];
    if (strcmp(word, "inform") == 0)
        on_inform(r);
    else if (strcmp(word, "heartbeat") == 0)
        on_heartbeat(r);
    else
        mistake(r, "\"%s\": a line must begin with inform or heartbeat", word);
}

static void read_lines(struct reader *r, FILE *f)
{
    while (fgets(r->text, sizeof(r->text), f) != NULL) {
        bool whole = strchr(r->text, '\n') != NULL || feof(f);

        r->line++;
        if (whole) {
            read_line(r);
            continue;
        }
        mistake(r, "longer than %d characters", LINE_SIZE - 2);
        while (fgets(r->text, sizeof(r->text), f) != NULL && strchr(r->text, '\n') == NULL) {
        }
    }
    r->line = 0;
    if (ferror(f))
        mistake(r, "cannot be read: %s", strerror(errno));
}

/* The file that is read is the one that was looked at. */
static FILE *open_checked(struct reader *r)
{
    int fd = open(r->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat st;
    FILE *f = NULL;

    if (fd < 0 || fstat(fd, &st) != 0)
        mistake(r, "cannot be read: %s", strerror(errno));
    else if (!S_ISREG(st.st_mode))
        mistake(r, "is no file");
    else if ((st.st_mode & 07) != 0)
        mistake(r,
                "mode %04o: others have a right to it, and it holds secrets: must be 0640 or less",
                (unsigned)st.st_mode & 07777);
    else
        f = fdopen(fd, "r");
    if (f == NULL && fd >= 0)
        close(fd);
    return f;
}

bool receiver_same(const struct receiver *a, const struct receiver *b)
{
    return a->version == b->version && a->only_active == b->only_active &&
           strcmp(a->name, b->name) == 0 && strcmp(a->peer, b->peer) == 0 &&
           strcmp(a->community, b->community) == 0 && strcmp(a->user, b->user) == 0 &&
           strcmp(a->auth, b->auth) == 0 && strcmp(a->auth_pass, b->auth_pass) == 0 &&
           strcmp(a->priv, b->priv) == 0 && strcmp(a->priv_pass, b->priv_pass) == 0;
}

unsigned receivers_read(const char *path, struct receivers *ret,
                        void (*say)(void *ctx, const char *text), void *ctx)
{
    struct reader r = {.path = path, .say = say, .ctx = ctx, .ret = ret};
    FILE *f;

    *ret = (struct receivers){.heartbeat_s = HEARTBEAT_S};
    f = open_checked(&r);
    if (f == NULL)
        return r.mistakes;
    read_lines(&r, f);
    fclose(f);
    explicit_bzero(r.text, sizeof(r.text));
    return r.mistakes;
}
