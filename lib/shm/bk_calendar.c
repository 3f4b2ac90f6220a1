#include "bk_calendar.h"

#include <apr_strings.h>

#include "bk_hash.h"
#include "bk_lock.h"

#define MAGIC APR_UINT64_C(0x31646e6c61632d01) /* change it with the layout */
#define STRIPES 64
#define STRIPE_SIZE 32768
#define DATES 0 /* space number of nodes that count the bookings of a date */

struct bk_calendar_header_t {
    apr_uint64_t magic; /* written last, when the calendar is complete */
    apr_uint64_t size;
    apr_uint32_t stripes; /* a power of two */
    bk_hash_key_t key;
};

struct bk_calendar_stripe_t {
    _Alignas(BK_MEMORY_LINE) bk_lock_t lock;
    bk_slab_list_t list;
    apr_uint32_t root;
    int is_stale; /* 1: its last owner died while it was locked */
};

typedef struct node_t {
    apr_uint32_t left, right;
    apr_uint32_t space;
    apr_uint32_t priority;
    apr_int64_t start; /* or the date, if the space is DATES */
    apr_int64_t end;   /* or the count, if the space is DATES */
} node_t;

static const bk_layout_member_t header_members[] = {
    BK_LAYOUT_ONE(bk_calendar_header_t, magic, BK_LAYOUT_ANEW),
    BK_LAYOUT_ONE(bk_calendar_header_t, size, BK_LAYOUT_ANEW),
    BK_LAYOUT_ONE(bk_calendar_header_t, stripes, BK_LAYOUT_ANEW),
    BK_LAYOUT_ONE(bk_calendar_header_t, key, BK_LAYOUT_ANEW),
};

static const bk_layout_member_t stripe_members[] = {
    BK_LAYOUT_NESTED(bk_calendar_stripe_t, lock, &bk_lock_layout),
    BK_LAYOUT_NESTED(bk_calendar_stripe_t, list, &bk_slab_list_layout),
    BK_LAYOUT_ONE(bk_calendar_stripe_t, root, BK_LAYOUT_ANEW),
    BK_LAYOUT_ONE(bk_calendar_stripe_t, is_stale, BK_LAYOUT_ANEW),
};

static const bk_layout_member_t node_members[] = {
    BK_LAYOUT_ONE(node_t, left, BK_LAYOUT_ANEW),  BK_LAYOUT_ONE(node_t, right, BK_LAYOUT_ANEW),
    BK_LAYOUT_ONE(node_t, space, BK_LAYOUT_ANEW), BK_LAYOUT_ONE(node_t, priority, BK_LAYOUT_ANEW),
    BK_LAYOUT_ONE(node_t, start, BK_LAYOUT_ANEW), BK_LAYOUT_ONE(node_t, end, BK_LAYOUT_ANEW),
};

static const bk_layout_member_t members[] = {
    {"header", 0, sizeof(bk_calendar_header_t), 0, 1, BK_LAYOUT_ANEW,
     &(const bk_layout_t)BK_LAYOUT(bk_calendar_header_t, MAGIC, header_members)},
    {"stripe", STRIPE_SIZE, sizeof(bk_calendar_stripe_t), 0, STRIPES, BK_LAYOUT_ANEW,
     &(const bk_layout_t)BK_LAYOUT(bk_calendar_stripe_t, 1, stripe_members)},
    {"page", BK_SLAB_PAGE, BK_SLAB_PAGE, 0, 1, BK_LAYOUT_ANEW, &bk_slab_page_layout},
    {"node", DATES, sizeof(node_t), 0, 1, BK_LAYOUT_ANEW,
     &(const bk_layout_t)BK_LAYOUT(node_t, 1, node_members)},
};

/* The layouts of the parts of a calendar, and the constants from which their positions follow. */
apr_uint64_t bk_calendar_fingerprint(void)
{
    static const bk_layout_t layout = {"bk_calendar", 1, 0, members,
                                       sizeof(members) / sizeof(members[0])};

    return bk_layout_fingerprint(&layout);
}

static node_t *at(const bk_calendar_t *calendar, apr_uint32_t index)
{
    return bk_slab_cell(&calendar->slab, index);
}

apr_uint32_t bk_calendar_stripe(const bk_calendar_t *calendar, apr_uint32_t space)
{
    return space & (calendar->header->stripes - 1);
}

static bk_calendar_stripe_t *stripe_of(const bk_calendar_t *calendar, apr_uint32_t space)
{
    return &calendar->stripes[bk_calendar_stripe(calendar, space)];
}

/* ---- layout -------------------------------------------------------------------------------------
 */

static apr_status_t plan(bk_calendar_header_t *header, apr_uint64_t size)
{
    header->size = size;
    header->stripes = 1;
    while (header->stripes < STRIPES && header->stripes * 2 * STRIPE_SIZE <= size) {
        header->stripes *= 2;
    }
    return bk_hash_key_make(&header->key);
}

static apr_status_t make_stripes(const bk_calendar_t *calendar)
{
    apr_status_t rv = APR_SUCCESS;
    apr_uint32_t i;

    for (i = 0; rv == APR_SUCCESS && i < calendar->header->stripes; i++) {
        calendar->stripes[i].list.owner = i + 1;
        rv = bk_lock_init(&calendar->stripes[i].lock);
    }
    return rv;
}

apr_status_t bk_calendar_attach(bk_calendar_t *calendar, bk_memory_t memory,
                                apr_interval_time_t wait, bk_calendar_rebuild_t *rebuild,
                                void *baton)
{
    const apr_uint64_t size = memory.size;
    bk_calendar_header_t *header = bk_memory_take(&memory, sizeof(*header), BK_MEMORY_LINE);
    int is_new = header && header->magic == 0;
    apr_uint64_t pages;
    apr_status_t rv = APR_SUCCESS;

    if (!header || size < STRIPE_SIZE) {
        return APR_EINVAL;
    }
    if (!is_new && (header->magic != MAGIC || header->size != size)) {
        return APR_EMISMATCH;
    }
    if (is_new && (rv = plan(header, size)) != APR_SUCCESS) {
        return rv;
    }
    calendar->header = header;
    calendar->wait = wait;
    calendar->rebuild = rebuild;
    calendar->baton = baton;
    calendar->stripes =
        bk_memory_take(&memory, header->stripes * sizeof(*calendar->stripes), BK_MEMORY_LINE);
    pages = (memory.size - BK_SLAB_PAGE - 4 * BK_MEMORY_LINE) / BK_SLAB_PAGE_COST;
    if (!calendar->stripes || pages > APR_UINT32_MAX ||
        bk_slab_attach(&calendar->slab, &memory, (apr_uint32_t)pages, sizeof(node_t)) !=
            APR_SUCCESS) {
        return APR_EINVAL;
    }
    if (is_new) {
        rv = make_stripes(calendar);
        header->magic = rv == APR_SUCCESS ? MAGIC : 0;
    }
    return rv;
}

/* ---- the tree -----------------------------------------------------------------------------------
 */

/* Compare a node with a space and a start: below 0, 0 or above 0. */
static int compare(const node_t *node, apr_uint32_t space, apr_int64_t start)
{
    if (node->space != space) {
        return node->space < space ? -1 : 1;
    }
    return node->start < start ? -1 : node->start > start;
}

/* The link to a node; if there is no such node, the link where it would be inserted. */
static apr_uint32_t *look(const bk_calendar_t *calendar, bk_calendar_stripe_t *stripe,
                          apr_uint32_t space, apr_int64_t start)
{
    apr_uint32_t *link = &stripe->root;

    while (*link) {
        node_t *node = at(calendar, *link);
        int order = compare(node, space, start);

        if (order == 0) {
            break;
        }
        link = order > 0 ? &node->left : &node->right;
    }
    return link;
}

/* Split a tree in two: the nodes before a node, and those behind it. */
static void split(const bk_calendar_t *calendar, apr_uint32_t tree, const node_t *node,
                  apr_uint32_t *before, apr_uint32_t *behind)
{
    while (tree) {
        node_t *top = at(calendar, tree);

        if (compare(top, node->space, node->start) < 0) {
            *before = tree;
            before = &top->right;
            tree = top->right;
        }
        else {
            *behind = tree;
            behind = &top->left;
            tree = top->left;
        }
    }
    *before = *behind = 0;
}

/* Join two trees; all nodes of the first are before all nodes of the second. */
static void join(const bk_calendar_t *calendar, apr_uint32_t *link, apr_uint32_t before,
                 apr_uint32_t behind)
{
    while (before && behind) {
        if (at(calendar, before)->priority >= at(calendar, behind)->priority) {
            *link = before;
            link = &at(calendar, before)->right;
            before = *link;
        }
        else {
            *link = behind;
            link = &at(calendar, behind)->left;
            behind = *link;
        }
    }
    *link = before ? before : behind;
}

static void add_node(const bk_calendar_t *calendar, bk_calendar_stripe_t *stripe,
                     apr_uint32_t space, apr_int64_t start, apr_int64_t end)
{
    const apr_int64_t key[2] = {space, start};
    apr_uint32_t fresh = bk_slab_pop(&calendar->slab, &stripe->list), *link = &stripe->root;
    node_t *node = at(calendar, fresh);

    node->space = space;
    node->start = start;
    node->end = end;
    node->priority = (apr_uint32_t)bk_hash(&calendar->header->key, key, sizeof(key));
    while (*link && at(calendar, *link)->priority >= node->priority) {
        node_t *above = at(calendar, *link);

        link = compare(above, space, start) > 0 ? &above->left : &above->right;
    }
    split(calendar, *link, node, &node->left, &node->right);
    *link = fresh;
}

static void remove_node(const bk_calendar_t *calendar, bk_calendar_stripe_t *stripe,
                        apr_uint32_t *link)
{
    apr_uint32_t removed = *link;

    join(calendar, link, at(calendar, removed)->left, at(calendar, removed)->right);
    bk_slab_push(&calendar->slab, &stripe->list, removed);
}

/* ---- ranges and dates ---------------------------------------------------------------------------
 */

/* Compare a range with its neighbours: the last range that begins no later, and the first that
 * begins later. */
static int overlaps(const bk_calendar_t *calendar, const bk_calendar_stripe_t *stripe,
                    const bk_calendar_range_t *range)
{
    apr_uint32_t index = stripe->root;
    const node_t *before = NULL, *behind = NULL;

    while (index) {
        const node_t *node = at(calendar, index);

        if (compare(node, range->space, range->start) <= 0) {
            before = node;
            index = node->right;
        }
        else {
            behind = node;
            index = node->left;
        }
    }
    return (before && before->space == range->space && before->end > range->start) ||
           (behind && behind->space == range->space && behind->start < range->end);
}

apr_status_t bk_calendar_add(const bk_calendar_t *calendar, const bk_calendar_range_t *range)
{
    bk_calendar_stripe_t *stripe = stripe_of(calendar, range->space);
    apr_uint32_t *date;
    apr_status_t rv;

    if (overlaps(calendar, stripe, range)) {
        return APR_EEXIST;
    }
    rv = bk_slab_reserve(&calendar->slab, &stripe->list, 2);
    if (rv != APR_SUCCESS) {
        return rv;
    }
    add_node(calendar, stripe, range->space, range->start, range->end);
    date = look(calendar, stripe, DATES, range->date);
    if (*date) {
        at(calendar, *date)->end++;
    }
    else {
        add_node(calendar, stripe, DATES, range->date, 1);
    }
    return APR_SUCCESS;
}

void bk_calendar_remove(const bk_calendar_t *calendar, const bk_calendar_range_t *range)
{
    bk_calendar_stripe_t *stripe = stripe_of(calendar, range->space);
    apr_uint32_t *link = look(calendar, stripe, range->space, range->start);

    if (*link) {
        remove_node(calendar, stripe, link);
        link = look(calendar, stripe, DATES, range->date);
        if (*link && --at(calendar, *link)->end == 0) {
            remove_node(calendar, stripe, link);
        }
    }
}

int bk_calendar_has(const bk_calendar_t *calendar, const bk_calendar_range_t *range)
{
    bk_calendar_stripe_t *stripe = stripe_of(calendar, range->space);
    apr_uint32_t *link = look(calendar, stripe, range->space, range->start);

    return *link && at(calendar, *link)->end == range->end &&
           *look(calendar, stripe, DATES, range->date);
}

/* ---- a stripe for oneself -----------------------------------------------------------------------
 */

static apr_status_t make_anew(const bk_calendar_t *calendar, apr_uint32_t number)
{
    bk_calendar_stripe_t *stripe = &calendar->stripes[number];
    apr_status_t rv;

    stripe->root = 0;
    bk_slab_unmark(&calendar->slab, stripe->list.owner);
    bk_slab_sweep(&calendar->slab, &stripe->list);
    rv = calendar->rebuild(calendar->baton, calendar, number);
    if (rv == APR_SUCCESS) {
        stripe->is_stale = 0;
    }
    return rv;
}

apr_status_t bk_calendar_open(const bk_calendar_t *calendar, apr_uint32_t number)
{
    bk_calendar_stripe_t *stripe = &calendar->stripes[number];
    int is_orphan;
    apr_status_t rv = bk_lock_acquire_orphan(&stripe->lock, calendar->wait, &is_orphan);

    if (rv != APR_SUCCESS) {
        return rv;
    }
    if (is_orphan) {
        stripe->is_stale = 1;
        bk_lock_mend(&stripe->lock);
    }
    if (stripe->is_stale) {
        rv = make_anew(calendar, number);
    }
    if (rv != APR_SUCCESS) {
        bk_lock_release(&stripe->lock);
    }
    return rv;
}

void bk_calendar_close(const bk_calendar_t *calendar, apr_uint32_t number)
{
    bk_lock_release(&calendar->stripes[number].lock);
}

apr_status_t bk_calendar_find_date(const bk_calendar_t *calendar, apr_int64_t date)
{
    apr_status_t rv = APR_NOTFOUND;
    apr_uint32_t i;

    for (i = 0; rv == APR_NOTFOUND && i < calendar->header->stripes; i++) {
        rv = bk_calendar_open(calendar, i);
        if (rv == APR_SUCCESS) {
            rv = *look(calendar, &calendar->stripes[i], DATES, date) ? APR_SUCCESS : APR_NOTFOUND;
            bk_calendar_close(calendar, i);
        }
    }
    return rv;
}

/* ---- validation ---------------------------------------------------------------------------------
 */

/* The state of a walk over all nodes of a stripe, in order. */
typedef struct walk_t {
    const bk_calendar_t *calendar;
    apr_uint32_t number; /* of the stripe */
    const node_t *before;
    apr_uint64_t ranges, dated;
    const char *wrong;
} walk_t;

static const char *check_node(walk_t *walk, const node_t *node, apr_uint32_t index,
                              apr_uint32_t priority)
{
    const node_t *before = walk->before;

    if (!bk_slab_mark(&walk->calendar->slab, walk->number + 1, index)) {
        return "a node is in two places, or another stripe's";
    }
    if (node->priority > priority) {
        return "a node is above one of higher priority";
    }
    if (before && compare(before, node->space, node->start) >= 0) {
        return "nodes are out of order";
    }
    if (node->space == DATES) {
        walk->dated += (apr_uint64_t)node->end;
        return node->end > 0 ? NULL : "a date of no bookings is there";
    }
    walk->ranges++;
    if (bk_calendar_stripe(walk->calendar, node->space) != walk->number) {
        return "a space is in another one's stripe";
    }
    return before && before->space == node->space && before->end > node->start
               ? "two ranges overlap"
               : NULL;
}

static void walk_tree(walk_t *walk, apr_uint32_t index, apr_uint32_t priority)
{
    const node_t *node;

    if (!index || walk->wrong) {
        return;
    }
    node = at(walk->calendar, index);
    walk_tree(walk, node->left, node->priority);
    if (!walk->wrong) {
        walk->wrong = check_node(walk, node, index, priority);
    }
    walk->before = node;
    walk_tree(walk, node->right, node->priority);
}

static const char *check_stripe(const bk_calendar_t *calendar, apr_uint32_t number,
                                apr_uint64_t *ranges)
{
    bk_calendar_stripe_t *stripe = &calendar->stripes[number];
    walk_t walk = {calendar, number, NULL, 0, 0, NULL};
    apr_uint32_t free_nodes = stripe->list.count;

    bk_slab_unmark(&calendar->slab, stripe->list.owner);
    walk_tree(&walk, stripe->root, APR_UINT32_MAX);
    if (!walk.wrong && walk.ranges != walk.dated) {
        walk.wrong = "dates are not counted as often as there are ranges";
    }
    /* Only the nodes of the tree are marked now, so the free list has to have all others. */
    bk_slab_sweep(&calendar->slab, &stripe->list);
    if (!walk.wrong && stripe->list.count != free_nodes) {
        walk.wrong = "a node is lost, or free twice";
    }
    *ranges += walk.ranges;
    return walk.wrong;
}

const char *bk_calendar_validate(const bk_calendar_t *calendar, apr_uint64_t *ranges, apr_pool_t *p)
{
    apr_uint32_t i;

    *ranges = 0;
    for (i = 0; i < calendar->header->stripes; i++) {
        const char *wrong;

        if (bk_calendar_open(calendar, i) != APR_SUCCESS) {
            return apr_psprintf(p, "stripe %u: it cannot be opened", i);
        }
        wrong = check_stripe(calendar, i, ranges);
        bk_calendar_close(calendar, i);
        if (wrong) {
            return apr_psprintf(p, "stripe %u: %s", i, wrong);
        }
    }
    return NULL;
}
