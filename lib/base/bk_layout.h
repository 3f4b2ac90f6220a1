/* bk_layout: what a record in shared memory looks like, so that another version can tell.
 *
 * Shared memory outlives the code that wrote to it: after an upgrade and a graceful restart the
 * children of before and those of after are there at the same time. Each record that lies there is
 * described by its members, as the compiler laid them out:
 *
 *     const bk_layout_t bk_gate_layout = BK_LAYOUT(bk_gate_t, 1, bk_gate_members);
 *
 * The fingerprint of that, names, offsets and sizes, is part of the memory's identity: two versions
 * whose records differ use two blocks of memory. Members whose meaning does not depend on who is
 * running, such as counts, can be carried over from one to the other, by their names.
 *
 * All bytes of a record belong to a member: padding has a name ("rest"), and bk_layout_gap() tells
 * of a member that was forgotten. The number is for what the compiler cannot see: it goes up when
 * the meaning of a member changes and not its name or size.
 *
 * Layouts are constant; any thread may call.
 */
#ifndef BK_LAYOUT_H
#define BK_LAYOUT_H

#include <stddef.h>

#include <apr_pools.h>

typedef struct bk_layout_t bk_layout_t;

/** What becomes of a member when a record is carried over to another layout. */
typedef enum bk_layout_fate_t {
    BK_LAYOUT_ANEW, /* it begins as zeros */
    BK_LAYOUT_STAYS /* it is copied, where the other layout has one of its name and size */
} bk_layout_fate_t;

typedef struct bk_layout_member_t {
    const char *name;
    apr_size_t offset, size; /* bytes */
    apr_size_t stride;       /* from one to the next, where there are several */
    apr_size_t repeat;       /* how many there are */
    bk_layout_fate_t fate;
    const bk_layout_t *nested; /* of a member that is a record itself; NULL else */
} bk_layout_member_t;

struct bk_layout_t {
    const char *record; /* its name */
    apr_uint64_t number;
    apr_size_t size; /* bytes */
    const bk_layout_member_t *members;
    int count;
};

#define BK_LAYOUT_SIZE(type, member) sizeof(((type *)0)->member)

/** A member, of which there is one. */
#define BK_LAYOUT_ONE(type, member, fate)                                               \
    {                                                                                   \
#member, offsetof(type, member), BK_LAYOUT_SIZE(type, member), 0, 1, fate, NULL \
    }

/** A member that is a record with a layout of its own, or an array of such. */
#define BK_LAYOUT_NESTED(type, member, layout)                                                \
    {                                                                                         \
#member, offsetof(type, member), BK_LAYOUT_SIZE(type, member), 0, 1, BK_LAYOUT_STAYS, \
            layout                                                                            \
    }
#define BK_LAYOUT_ARRAY(type, array, layout)                                                      \
    {                                                                                             \
#array, offsetof(type, array), BK_LAYOUT_SIZE(type, array[0]),                            \
            BK_LAYOUT_SIZE(type, array[0]),                                                       \
            BK_LAYOUT_SIZE(type, array) / BK_LAYOUT_SIZE(type, array[0]), BK_LAYOUT_STAYS, layout \
    }

/** A record of these members. */
#define BK_LAYOUT(type, number, members)                                                    \
    {                                                                                       \
#type, number, sizeof(type), members, (int)(sizeof(members) / sizeof((members)[0])) \
    }

/** The fingerprint of a layout: the same for the same members in the same places. Never 0. */
apr_uint64_t bk_layout_fingerprint(const bk_layout_t *layout);

/** The fingerprint of some bytes and of what went before: for records that are no structures.
 *  @param before  that of what went before; 0: nothing did */
apr_uint64_t bk_layout_mix(apr_uint64_t before, const void *bytes, apr_size_t len);

/**
 * Copy what two layouts have in common, of a record of one to a record of the other.
 * @param to    zeros, laid out as @a now says; of nobody else as yet
 * @param from  laid out as @a then says; others may be writing to it
 */
void bk_layout_carry(void *to, const bk_layout_t *now, const void *from, const bk_layout_t *then);

/** A copy of a layout, for when the module that has it is unloaded. */
const bk_layout_t *bk_layout_copy(const bk_layout_t *layout, apr_pool_t *p);

/** Look for bytes of a record that belong to no member, or to two.
 *  @return NULL, or where they are, in @a p */
const char *bk_layout_gap(const bk_layout_t *layout, apr_pool_t *p);

#endif
