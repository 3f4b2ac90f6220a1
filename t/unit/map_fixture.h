/* map_fixture: maps in memory that forked children share, and values that show when they are not
 * whole: each byte follows from the key and the version that it is of. */
#ifndef MAP_FIXTURE_H
#define MAP_FIXTURE_H

#include "crowd.h"

#include "bk_map.h"

#define MAP_WAIT 20000000 /* microseconds: who waits so long waits for ever */

static inline bk_memory_t map_memory(apr_uint64_t size)
{
    return (bk_memory_t){crowd_memory(size), size};
}

static inline bk_map_t map_new(apr_uint64_t size)
{
    bk_map_t map;

    assert_int_equal(bk_map_attach(&map, map_memory(size), MAP_WAIT), APR_SUCCESS);
    return map;
}

#define map_assert_valid(map, p)                             \
    do {                                                     \
        const char *map_wrong = bk_map_validate((map), (p)); \
        assert_that(!map_wrong, "%s", map_wrong);            \
    } while (0)

typedef struct map_made_t {
    apr_int64_t version;
    unsigned char rest[1200];
} map_made_t;

static inline unsigned char map_byte(apr_int64_t key, apr_int64_t version, apr_size_t i)
{
    return (unsigned char)(key * 31 + version * 7 + (apr_int64_t)i);
}

/* The value of a version of a key: of any length up to most, which follows from the version. */
static inline bk_map_bytes_t map_make(map_made_t *made, apr_int64_t key, apr_int64_t version,
                                      apr_size_t most)
{
    apr_size_t i, len = (apr_size_t)(version * 2654435761u) % most;

    made->version = version;
    for (i = 0; i < len; i++) {
        made->rest[i] = map_byte(key, version, i);
    }
    return (bk_map_bytes_t){made, sizeof(made->version) + len};
}

/* The version of a value that was found; -1: it is none that map_make() made. */
static inline apr_int64_t map_version(apr_int64_t key, bk_map_bytes_t value, apr_size_t most)
{
    map_made_t made;
    apr_size_t i;

    if (value.len < sizeof(made.version) || value.len > sizeof(made)) {
        return -1;
    }
    memcpy(&made, value.bytes, value.len);
    if (value.len - sizeof(made.version) != (apr_size_t)(made.version * 2654435761u) % most) {
        return -1;
    }
    for (i = 0; i < value.len - sizeof(made.version); i++) {
        if (made.rest[i] != map_byte(key, made.version, i)) {
            return -1;
        }
    }
    return made.version;
}

#endif
