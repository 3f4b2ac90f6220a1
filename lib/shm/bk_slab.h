/* bk_slab: an allocator of cells of one size in shared memory, for many owners.
 *
 *     [ next page | table: a row per page | page 1 | page 2 | ... ]
 *                    owner                  a page: 4096 bytes of cells
 *                    marks
 *
 * A cell is identified by its index, from 1: an address would not survive a change of the layout,
 * and an invalid address could not be detected. Each owner (a stripe) has a list of free cells,
 * which it protects with a lock of its own. When the list is empty the owner takes a whole page, by
 * one compare-and-swap in the table, and keeps it for good. So no owner waits for another, and none
 * is full while there are free pages.
 *
 * The table has the owner of each page even if the lists are damaged: when a process was killed
 * while it changed an owner's cells, the next one marks the cells that are in use and sweeps the
 * others back (bk_slab_unmark, bk_slab_mark, bk_slab_sweep).
 */
#ifndef BK_SLAB_H
#define BK_SLAB_H

#include <stdatomic.h>

#include "bk_layout.h"
#include "bk_memory.h"

#define BK_SLAB_PAGE 4096

/** A row of the table, for one page. */
typedef struct bk_slab_page_t {
    _Atomic apr_uint32_t owner; /* 0: free */
    apr_uint32_t unused;
    apr_uint64_t marks[2]; /* a bit per cell */
} bk_slab_page_t;

extern const bk_layout_t bk_slab_page_layout;

/** A process's handle of a slab. */
typedef struct bk_slab_t {
    apr_uint32_t pages;
    apr_uint32_t per_page; /* cells of a page, at most 128 */
    apr_uint32_t cell_size;
    _Atomic apr_uint32_t *next; /* where to look first for a free page */
    bk_slab_page_t *table;
    char *cells;
} bk_slab_t;

/** The list of an owner's free cells, in shared memory, protected by the owner's lock. */
typedef struct bk_slab_list_t {
    apr_uint32_t owner; /* the owner's number, from 1 */
    apr_uint32_t first; /* first free cell; its first word is the index of the next one, or 0 */
    apr_uint32_t count;
} bk_slab_list_t;

extern const bk_layout_t bk_slab_list_layout;

/** Bytes of a page with its row of the table. */
#define BK_SLAB_PAGE_COST (BK_SLAB_PAGE + sizeof(bk_slab_page_t))

/**
 * Take a slab of @a pages pages from a block.
 * @return APR_SUCCESS; APR_EINVAL if it does not fit
 */
apr_status_t bk_slab_attach(bk_slab_t *slab, bk_memory_t *block, apr_uint32_t pages,
                            apr_uint32_t cell_size);

/** Whether a number is a valid index of a cell; a reader without a lock may see others. */
static inline int bk_slab_holds(const bk_slab_t *slab, apr_uint32_t cell)
{
    return cell - 1 < slab->pages * slab->per_page;
}

/** The address of a cell. */
static inline void *bk_slab_cell(const bk_slab_t *slab, apr_uint32_t cell)
{
    return slab->cells + (apr_size_t)(cell - 1) * slab->cell_size;
}

/**
 * Make sure that a list has at least @a count cells.
 * @return APR_SUCCESS; APR_ENOSPC if there are no free pages
 */
apr_status_t bk_slab_reserve(const bk_slab_t *slab, bk_slab_list_t *list, apr_uint32_t count);

/** Take a cell from a list that is not empty. */
apr_uint32_t bk_slab_pop(const bk_slab_t *slab, bk_slab_list_t *list);

/** Put a cell back into a list. */
void bk_slab_push(const bk_slab_t *slab, bk_slab_list_t *list, apr_uint32_t cell);

/** Begin a repair: clear the marks of all cells of an owner. */
void bk_slab_unmark(const bk_slab_t *slab, apr_uint32_t owner);

/** Mark a cell as in use. @return 1; 0 if it was marked already, or is not the owner's */
int bk_slab_mark(const bk_slab_t *slab, apr_uint32_t owner, apr_uint32_t cell);

/** End a repair: rebuild a list from all cells of its owner that are not marked. */
void bk_slab_sweep(const bk_slab_t *slab, bk_slab_list_t *list);

#endif
