#include "bk_slab.h"

#include <stddef.h>

static const bk_layout_member_t page_members[] = {
    BK_LAYOUT_ONE(bk_slab_page_t, owner, BK_LAYOUT_ANEW),
    BK_LAYOUT_ONE(bk_slab_page_t, unused, BK_LAYOUT_ANEW),
    BK_LAYOUT_ONE(bk_slab_page_t, marks, BK_LAYOUT_ANEW),
};

const bk_layout_t bk_slab_page_layout = BK_LAYOUT(bk_slab_page_t, BK_SLAB_PAGE, page_members);

static const bk_layout_member_t list_members[] = {
    BK_LAYOUT_ONE(bk_slab_list_t, owner, BK_LAYOUT_ANEW),
    BK_LAYOUT_ONE(bk_slab_list_t, first, BK_LAYOUT_ANEW),
    BK_LAYOUT_ONE(bk_slab_list_t, count, BK_LAYOUT_ANEW),
};

const bk_layout_t bk_slab_list_layout = BK_LAYOUT(bk_slab_list_t, 1, list_members);

apr_status_t bk_slab_attach(bk_slab_t *slab, bk_memory_t *block, apr_uint32_t pages,
                            apr_uint32_t cell_size)
{
    slab->pages = pages;
    slab->cell_size = cell_size;
    slab->per_page = BK_SLAB_PAGE / cell_size;
    if (pages == 0 || (apr_uint64_t)pages * slab->per_page >= APR_UINT32_MAX) {
        return APR_EINVAL;
    }
    slab->next = bk_memory_take(block, BK_MEMORY_LINE, BK_MEMORY_LINE);
    slab->table = bk_memory_take(block, (apr_uint64_t)pages * sizeof(*slab->table), BK_MEMORY_LINE);
    /* Align to the system's pages, which take memory only from when they are first written. */
    slab->cells = bk_memory_take(block, (apr_uint64_t)pages * BK_SLAB_PAGE, BK_SLAB_PAGE);
    return slab->next && slab->table && slab->cells ? APR_SUCCESS : APR_EINVAL;
}

/* Atomic, because a reader without a lock may be reading a cell that was freed. */
static _Atomic apr_uint32_t *link_of(const bk_slab_t *slab, apr_uint32_t cell)
{
    return bk_slab_cell(slab, cell);
}

void bk_slab_push(const bk_slab_t *slab, bk_slab_list_t *list, apr_uint32_t cell)
{
    atomic_store_explicit(link_of(slab, cell), list->first, memory_order_relaxed);
    list->first = cell;
    list->count++;
}

apr_uint32_t bk_slab_pop(const bk_slab_t *slab, bk_slab_list_t *list)
{
    apr_uint32_t cell = list->first;

    list->first = atomic_load_explicit(link_of(slab, cell), memory_order_relaxed);
    list->count--;
    return cell;
}

/* Push the cells in descending order, so that they are used in the order of their addresses. */
static void push_page(const bk_slab_t *slab, bk_slab_list_t *list, apr_uint32_t page)
{
    apr_uint32_t slot;

    for (slot = slab->per_page; slot > 0; slot--) {
        bk_slab_push(slab, list, page * slab->per_page + slot);
    }
}

/* A process killed right after the compare-and-swap owns the page; the next owner of the stripe
 * recovers it in bk_slab_sweep(). */
static int take_page(const bk_slab_t *slab, bk_slab_list_t *list)
{
    apr_uint32_t page = atomic_load_explicit(slab->next, memory_order_relaxed);

    for (; page < slab->pages; page++) {
        apr_uint32_t nobody = 0;

        if (atomic_compare_exchange_strong(&slab->table[page].owner, &nobody, list->owner)) {
            atomic_store_explicit(slab->next, page + 1, memory_order_relaxed);
            push_page(slab, list, page);
            return 1;
        }
    }
    return 0;
}

apr_status_t bk_slab_reserve(const bk_slab_t *slab, bk_slab_list_t *list, apr_uint32_t count)
{
    while (list->count < count) {
        if (!take_page(slab, list)) {
            return APR_ENOSPC;
        }
    }
    return APR_SUCCESS;
}

/* ---- repair -------------------------------------------------------------------------------------
 */

static int is_owned(const bk_slab_t *slab, apr_uint32_t page, apr_uint32_t owner)
{
    return atomic_load_explicit(&slab->table[page].owner, memory_order_relaxed) == owner;
}

void bk_slab_unmark(const bk_slab_t *slab, apr_uint32_t owner)
{
    apr_uint32_t page;

    for (page = 0; page < slab->pages; page++) {
        if (is_owned(slab, page, owner)) {
            slab->table[page].marks[0] = slab->table[page].marks[1] = 0;
        }
    }
}

static apr_uint64_t *marks_of(const bk_slab_t *slab, apr_uint32_t cell, apr_uint64_t *bit)
{
    apr_uint32_t slot = (cell - 1) % slab->per_page;

    *bit = APR_UINT64_C(1) << slot % 64;
    return &slab->table[(cell - 1) / slab->per_page].marks[slot / 64];
}

int bk_slab_mark(const bk_slab_t *slab, apr_uint32_t owner, apr_uint32_t cell)
{
    apr_uint64_t bit, *marks;

    if (!bk_slab_holds(slab, cell) || !is_owned(slab, (cell - 1) / slab->per_page, owner)) {
        return 0;
    }
    marks = marks_of(slab, cell, &bit);
    if (*marks & bit) {
        return 0;
    }
    *marks |= bit;
    return 1;
}

void bk_slab_sweep(const bk_slab_t *slab, bk_slab_list_t *list)
{
    apr_uint32_t page, slot;

    list->first = 0;
    list->count = 0;
    for (page = slab->pages; page-- > 0;) {
        if (!is_owned(slab, page, list->owner)) {
            continue;
        }
        for (slot = slab->per_page; slot > 0; slot--) {
            apr_uint32_t cell = page * slab->per_page + slot;
            apr_uint64_t bit, *marks = marks_of(slab, cell, &bit);

            if (!(*marks & bit)) {
                bk_slab_push(slab, list, cell);
            }
        }
    }
}
