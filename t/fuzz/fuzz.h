/* fuzz: what every fuzz target starts from.
 *
 * A target is one program for one reader of bytes that others send: libFuzzer (of clang) calls it
 * with bytes that it makes up, and keeps those that reach code that no others reached. What is
 * wrong ends the program: a report of AddressSanitizer or of UBSan, or a fuzz_assert() that does
 * not hold.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <apr_general.h>
#include <apr_pools.h>

#define FUZZ_ROWS(table) (sizeof(table) / sizeof((table)[0]))

/* What has to hold whatever the bytes are. */
#define fuzz_assert(condition)                                                             \
    do {                                                                                   \
        if (!(condition)) {                                                                \
            fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition); \
            abort();                                                                       \
        }                                                                                  \
    } while (0)

/* The target: looks at one input. @param p  a pool for this input alone */
static void fuzz_one(const uint8_t *data, size_t size, apr_pool_t *p);

static inline apr_pool_t *fuzz_pool(void)
{
    static apr_pool_t *pool;

    if (!pool) {
        apr_initialize();
        apr_pool_create(&pool, NULL);
    }
    return pool;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    apr_pool_t *p;

    apr_pool_create(&p, fuzz_pool());
    fuzz_one(data, size, p);
    apr_pool_destroy(p);
    return 0;
}

/* The input as a text that ends in NUL, in a block of just that size: a byte more is seen being
 * read. The caller frees it. */
static inline char *fuzz_text(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);

    fuzz_assert(text);
    memcpy(text, data, size);
    text[size] = '\0';
    return text;
}

/* An input that is read piece by piece; behind its end come zeros. */
typedef struct fuzz_input_t {
    const uint8_t *next, *end;
} fuzz_input_t;

static inline int fuzz_left(const fuzz_input_t *input)
{
    return input->next < input->end;
}

static inline uint8_t fuzz_byte(fuzz_input_t *input)
{
    return fuzz_left(input) ? *input->next++ : 0;
}

static inline uint64_t fuzz_number(fuzz_input_t *input, int bytes)
{
    uint64_t number = 0;

    while (bytes-- > 0) {
        number = number << 8 | fuzz_byte(input);
    }
    return number;
}

#endif
