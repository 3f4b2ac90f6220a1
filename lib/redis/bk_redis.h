/* bk_redis: a client of Redis as a cache, whose data may be lost. It uses hiredis.
 *
 * Each call takes an idle connection, or opens one, and returns it; after any error the connection
 * is closed, because hiredis cannot use it again. If Redis has closed an idle connection, as after
 * a restart, the call is repeated once on a new one, which is safe since every command is
 * idempotent.
 *
 * While Redis is away, calls fail at once: one caller tries again per period, which doubles from
 * 100 ms to 5 s, and continues from its last length if Redis fails again within 5 s of coming back.
 * That state is a bk_redis_state_t, which changes by atomics only; in shared memory it holds for
 * all processes. A Redis that replies with errors (a wrong password, out of memory, loading its
 * data, READONLY, MOVED) counts as away until it accepts a write. So does a replica: each new
 * connection asks for the role (ROLE), if it has the right. All replies are checked for type and
 * length.
 *
 * Threads may share a client. Processes cannot share connections: create a client before fork() and
 * use it only after. SIGPIPE has to be ignored, as httpd does.
 */
#ifndef BK_REDIS_H
#define BK_REDIS_H

#include <stdatomic.h>

#include <apr_errno.h>
#include <apr_pools.h>

#include "bk_redis_url.h"

/** The events that a client reports, each once, not once for each call. */
typedef enum bk_redis_event_t {
    BK_REDIS_AWAY,    /* Redis did not answer: calls fail from now on */
    BK_REDIS_REFUSES, /* Redis replied with an error; reported again at each attempt */
    BK_REDIS_BACK     /* Redis answers again; after errors, without one for a period */
} bk_redis_event_t;

/**
 * @param why  the system's or Redis's message, without the password; "" for BK_REDIS_BACK Any
 *             thread may call it; it must not block.
 */
typedef void bk_redis_tell_t(void *baton, bk_redis_event_t event, const char *why);

/** The state that all callers share; zeros at first. */
typedef struct bk_redis_state_t {
    _Atomic apr_int64_t not_before; /* monotonic microseconds; 0: Redis is there */
    _Atomic apr_int64_t period;     /* how long Redis is left alone after a failure, microseconds */
    _Atomic apr_int64_t came_back;  /* when Redis last came back; 0: never */
    _Atomic apr_int64_t tell_from;  /* from when on a success is reported; 0: it is not */
    _Atomic int refuses;            /* the last failure was an error reply */
    _Atomic apr_uint64_t hits, misses, stores, removes, failures, attempts;
} bk_redis_state_t;

typedef struct bk_redis_t bk_redis_t;

/**
 * Create a client, without connecting.
 * @param url    has to live as long as the client
 * @param state  has to live as long as the client; may be in shared memory
 * @param p      owns the client; its cleanup closes the connections
 */
bk_redis_t *bk_redis_create(const bk_redis_url_t *url, bk_redis_state_t *state,
                            bk_redis_tell_t *tell, void *baton, apr_pool_t *p);

/**
 * Read a value.
 * @param data  buffer for the value
 * @param len   size of the buffer on entry, length of the value on success
 * @return APR_SUCCESS; APR_NOTFOUND if there is no value, or one of another type; APR_ENOSPC if it
 *         is longer than the buffer; APR_EAGAIN while Redis is away; or the failure by which it
 *         went away
 */
apr_status_t bk_redis_get(bk_redis_t *redis, const char *key, apr_size_t key_len,
                          unsigned char *data, apr_size_t *len);

/**
 * Store a value.
 * @param ttl  its time to live in microseconds, at least a millisecond
 * @return as bk_redis_get(), without APR_NOTFOUND and APR_ENOSPC
 */
apr_status_t bk_redis_set(bk_redis_t *redis, const char *key, apr_size_t key_len,
                          const unsigned char *data, apr_size_t len, apr_interval_time_t ttl);

/** Remove a value, if there is one. @return as bk_redis_set() */
apr_status_t bk_redis_remove(bk_redis_t *redis, const char *key, apr_size_t key_len);

/** Close the idle connections, at the end of a process. */
void bk_redis_close(bk_redis_t *redis);

#endif
