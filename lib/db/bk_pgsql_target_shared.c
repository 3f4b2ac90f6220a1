/* How the shared part of a target lies in memory: the same whether the library of PostgreSQL's
 * client is there or not. */
#include "bk_pgsql_target.h"

static const bk_layout_member_t shared_members[] = {
    BK_LAYOUT_ONE(bk_pgsql_shared_t, good, BK_LAYOUT_ANEW),
    BK_LAYOUT_ONE(bk_pgsql_shared_t, address, BK_LAYOUT_ANEW),
    BK_LAYOUT_ONE(bk_pgsql_shared_t, since, BK_LAYOUT_ANEW),
    BK_LAYOUT_ONE(bk_pgsql_shared_t, looked, BK_LAYOUT_ANEW),
    BK_LAYOUT_ONE(bk_pgsql_shared_t, life, BK_LAYOUT_ANEW),
};

const bk_layout_t bk_pgsql_target_shared_layout = BK_LAYOUT(bk_pgsql_shared_t, 2, shared_members);
