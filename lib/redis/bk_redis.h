/* bk_redis: a client of Redis for what may be lost: a cache. On hiredis.
 *
 * Each call takes an idle connection, or makes one, and gives it back; after any error the
 * connection is closed, for hiredis cannot use it again. A connection that Redis closed meanwhile,
 * as after a restart, is replaced once, which is safe since every command may be repeated.
 *
 * While Redis is away, calls fail at once: one caller tries again per period, which doubles from
 * 100 ms to 5 s, and goes on from where it was if Redis fails again within 5 s of coming back. What
 * all callers know of that is a bk_redis_state_t, by atomics alone; in memory that processes share,
 * they are spared together. A Redis that answers with errors (a wrong password, out of memory,
 * loading its data, READONLY, MOVED) is as good as away, and comes back when it takes a write. So
 * is a replica: each new connection asks for the role (ROLE), where it may. All answers are checked
 * for type and length.
 *
 * Threads may share a client. Processes may not share connections: a client is made before fork()
 * and used after it. SIGPIPE has to be ignored, as httpd does.
 */
#ifndef BK_REDIS_H
#define BK_REDIS_H

#include <stdatomic.h>

#include <apr_errno.h>
#include <apr_pools.h>

#include "bk_redis_url.h"

/** What is told: each once, not once for each call. */
typedef enum bk_redis_event_t {
    BK_REDIS_AWAY,    /* it did not answer: calls fail from now on */
    BK_REDIS_REFUSES, /* it answered with an error; told again at each attempt */
    BK_REDIS_BACK     /* it answers again; of one that refused, when it has not for a period */
} bk_redis_event_t;

/**
 * @param why  in the system's or Redis's words, without the password; "" where it is back
 * Called by any thread; has to return soon.
 */
typedef void bk_redis_tell_t(void *baton, bk_redis_event_t event, const char *why);

/** What all callers know; zeros to begin with. */
typedef struct bk_redis_state_t {
    _Atomic apr_int64_t not_before; /* monotonic microseconds; 0: it is there */
    _Atomic apr_int64_t period;     /* how long the last failure keeps callers away, microseconds */
    _Atomic apr_int64_t came_back;  /* when it answered again for the last time; 0: never */
    _Atomic apr_int64_t tell_from;  /* from when on a success is to be told; 0: it need not be */
    _Atomic int refuses;            /* the last failure was a refusal */
    _Atomic apr_uint64_t hits, misses, stores, removes, failures, attempts;
} bk_redis_state_t;

typedef struct bk_redis_t bk_redis_t;

/**
 * Make a client; nothing is connected yet.
 * @param url    kept: has to live as long as the client
 * @param state  the same; may be in shared memory
 * @param p      the client lives in it, and closes its connections as it ends
 */
bk_redis_t *bk_redis_create(const bk_redis_url_t *url, bk_redis_state_t *state,
                            bk_redis_tell_t *tell, void *baton, apr_pool_t *p);

/**
 * Read a value.
 * @param data  gets it
 * @param len   room on entry, bytes of the value on success
 * @return APR_SUCCESS; APR_NOTFOUND where there is none, or none of the right type; APR_ENOSPC
 * where it is longer; APR_EAGAIN while Redis is away; or the failure that made it so
 */
apr_status_t bk_redis_get(bk_redis_t *redis, const char *key, apr_size_t key_len,
                          unsigned char *data, apr_size_t *len);

/** Keep a value for so long. @param ttl  microseconds, a millisecond at least
 *  @return as bk_redis_get(), without APR_NOTFOUND and APR_ENOSPC */
apr_status_t bk_redis_set(bk_redis_t *redis, const char *key, apr_size_t key_len,
                          const unsigned char *data, apr_size_t len, apr_interval_time_t ttl);

/** Remove a value, whether there is one or not. @return as bk_redis_set() */
apr_status_t bk_redis_remove(bk_redis_t *redis, const char *key, apr_size_t key_len);

/** Close the idle connections. For the end of a process. */
void bk_redis_close(bk_redis_t *redis);

#endif
