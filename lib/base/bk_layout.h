/* bk_layout: describes the layout of records in shared memory, so that another version of the code
 * can tell whether it has the same.
 *
 * Shared memory outlives the code that wrote to it: after an upgrade and a graceful restart old and
 * new children run at the same time. Each record in shared memory is described by its members, as
 * the compiler laid them out:
 *
 *     const bk_layout_t bk_gate_layout = BK_LAYOUT(bk_gate_t, 1, bk_gate_members);
 *
 * The fingerprint of that description (names, offsets and sizes) is part of the memory's identity:
 * two versions whose records differ use different blocks of memory. Members whose meaning does not
 * depend on the running processes, such as counters, can be copied from one block to the other, by
 * their names.
 *
 * All bytes of a record belong to a member: padding has a name ("rest"), and bk_layout_gap() finds
 * a member that was forgotten. The layout's number stands for what the compiler cannot see:
 * increment it when the meaning of a member changes but not its name or size.
 *
 * Layouts are constant; any thread may call.
 */
#ifndef BK_LAYOUT_H
#define BK_LAYOUT_H

#include <stddef.h>

#include <apr_pools.h>

typedef struct bk_layout_t bk_layout_t;

/** What happens to a member when a record is copied to another layout. */
typedef enum bk_layout_fate_t {
    BK_LAYOUT_ANEW, /* it is set to zeros */
    BK_LAYOUT_STAYS /* it is copied, if the other layout has a member of its name and size */
} bk_layout_fate_t;

typedef struct bk_layout_member_t {
    const char *name;
    apr_size_t offset, size; /* bytes */
    apr_size_t stride;       /* bytes from one element to the next, of an array */
    apr_size_t repeat;       /* number of elements */
    bk_layout_fate_t fate;
    const bk_layout_t *nested; /* the layout of a member that is a record itself; else NULL */
} bk_layout_member_t;

struct bk_layout_t {
    const char *record; /* its name */
    apr_uint64_t number;
    apr_size_t size; /* bytes */
    const bk_layout_member_t *members;
    int count;
};

#define BK_LAYOUT_SIZE(type, member) sizeof(((type *)0)->member)

/** A member that is no array. */
#define BK_LAYOUT_ONE(type, member, fate)                                               \
    {                                                                                   \
#member, offsetof(type, member), BK_LAYOUT_SIZE(type, member), 0, 1, fate, NULL \
    }

/** A member that is a record with a layout of its own, or an array of such records. */
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

/** The layout of a record with these members. */
#define BK_LAYOUT(type, number, members)                                                    \
    {                                                                                       \
#type, number, sizeof(type), members, (int)(sizeof(members) / sizeof((members)[0])) \
    }

/** The fingerprint of a layout: equal for equal names, offsets and sizes of members. Never 0. */
apr_uint64_t bk_layout_fingerprint(const bk_layout_t *layout);

/**
 * Extend a fingerprint by some bytes: for records that are not C structures.
 * @param before  the fingerprint so far; 0 at the beginning
 */
apr_uint64_t bk_layout_mix(apr_uint64_t before, const void *bytes, apr_size_t len);

/**
 * Copy the members that two layouts have in common from a record of one to a record of the other.
 * @param to    zeros, of layout @a now; not yet visible to other processes
 * @param from  of layout @a then; other processes may be writing to it
 */
void bk_layout_carry(void *to, const bk_layout_t *now, const void *from, const bk_layout_t *then);

/** A copy of a layout in @a p, because a layout in a module's data is gone when the module is
 * unloaded. */
const bk_layout_t *bk_layout_copy(const bk_layout_t *layout, apr_pool_t *p);

/**
 * Look for bytes of a record that belong to no member, or to two.
 * @return NULL, or a message with their offsets, in @a p
 */
const char *bk_layout_gap(const bk_layout_t *layout, apr_pool_t *p);

#endif
