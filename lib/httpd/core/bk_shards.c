#include "bk_shards.h"

#include <unistd.h>

#include <http_config.h>

static int own;

int bk_shards_own(void)
{
    return own;
}

apr_uint64_t bk_shards_sum(_Atomic apr_uint64_t *first, apr_size_t stride)
{
    apr_uint64_t sum = 0;
    apr_size_t i;

    for (i = 0; i < BK_SHARDS; i++) {
        sum += atomic_load_explicit((_Atomic apr_uint64_t *)((char *)first + i * stride),
                                    memory_order_relaxed);
    }
    return sum;
}

/* getpid() is called once per child: each request would pay for the system call. */
static void child_init(apr_pool_t *p, server_rec *s)
{
    own = getpid() % BK_SHARDS;
}

void bk_shards_register(apr_pool_t *p)
{
    ap_hook_child_init(child_init, NULL, NULL, APR_HOOK_MIDDLE);
}
