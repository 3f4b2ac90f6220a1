/* bk_slab: cells of one size in shared memory, handed out to many owners.
 *
 *     [ next page | table: a row per page | page 1 | page 2 | ... ]
 *                    owner                  a page: 4096 bytes of cells
 *                    marks
 *
 * A cell is known by its index, from 1: an address would not outlive a change of the layout, and a
 * bad one could not be told from a good one. An owner holds a list of free cells, and guards it
 * with a lock of its own. When the list is empty the owner takes a whole page, by one
 * compare-and-swap in the table: a page is somebody's for good, or nobody's. So no owner waits for
 * another, and none is short of room while there are pages.
 *
 * The table says whose each cell is, whatever happened to the lists: when an owner is killed in the
 * middle of something, its successor marks the cells that are in use and sweeps the others back
 * (bk_slab_unmark, bk_slab_mark, bk_slab_sweep).
 */
#ifndef BK_SLAB_H
#define BK_SLAB_H

#include <stdatomic.h>

#include "bk_layout.h"
#include "bk_memory.h"

#define BK_SLAB_PAGE 4096

/** A row of the table. */
typedef struct bk_slab_page_t {
    _Atomic apr_uint32_t owner; /* 0: nobody's */
    apr_uint32_t unused;
    apr_uint64_t marks[2]; /* a bit per cell */
} bk_slab_page_t;

extern const bk_layout_t bk_slab_page_layout;

/** A process's view of a slab. */
typedef struct bk_slab_t {
    apr_uint32_t pages;
    apr_uint32_t per_page; /* cells: 128 at most */
    apr_uint32_t cell_size;
    _Atomic apr_uint32_t *next; /* where to look first for a page that is nobody's */
    bk_slab_page_t *table;
    char *cells;
} bk_slab_t;

/** An owner's free cells: in shared memory, guarded by the owner's lock. */
typedef struct bk_slab_list_t {
    apr_uint32_t owner; /* its number, from 1 */
    apr_uint32_t first; /* the first word of a free cell is the index of the next; 0: the last */
    apr_uint32_t count;
} bk_slab_list_t;

extern const bk_layout_t bk_slab_list_layout;

/** Bytes that a page costs, its row included. */
#define BK_SLAB_PAGE_COST (BK_SLAB_PAGE + sizeof(bk_slab_page_t))

/** Take a slab of so many pages from a block. @return APR_EINVAL if it does not fit in there */
apr_status_t bk_slab_attach(bk_slab_t *slab, bk_memory_t *block, apr_uint32_t pages,
                            apr_uint32_t cell_size);

/** Whether an index is one: what a reader without a lock saw may be none. */
static inline int bk_slab_holds(const bk_slab_t *slab, apr_uint32_t cell)
{
    return cell - 1 < slab->pages * slab->per_page;
}

/** The cell of an index. */
static inline void *bk_slab_cell(const bk_slab_t *slab, apr_uint32_t cell)
{
    return slab->cells + (apr_size_t)(cell - 1) * slab->cell_size;
}

/** Have so many cells at least in a list. @return APR_ENOSPC: there are no pages left */
apr_status_t bk_slab_reserve(const bk_slab_t *slab, bk_slab_list_t *list, apr_uint32_t count);

/** Take a cell from a list that has one. */
apr_uint32_t bk_slab_pop(const bk_slab_t *slab, bk_slab_list_t *list);

/** Give a cell back. */
void bk_slab_push(const bk_slab_t *slab, bk_slab_list_t *list, apr_uint32_t cell);

/** Begin a repair: none of the owner's cells is in use... */
void bk_slab_unmark(const bk_slab_t *slab, apr_uint32_t owner);

/** ...but this one. @return 0 if it was marked before, or is not the owner's */
int bk_slab_mark(const bk_slab_t *slab, apr_uint32_t owner, apr_uint32_t cell);

/** End a repair: the list has all cells of its owner that are not marked. */
void bk_slab_sweep(const bk_slab_t *slab, bk_slab_list_t *list);

#endif
