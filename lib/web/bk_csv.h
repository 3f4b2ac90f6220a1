/* bk_csv: reads comma-separated values (RFC 4180).
 *
 * Cells are separated by commas, rows by line feeds with or without a carriage return before them.
 * A cell in double quotes may hold commas, line ends and quotes, which are doubled there. A byte
 * order mark at the beginning is skipped, and so are rows that are empty. Any thread may call.
 */
#ifndef BK_CSV_H
#define BK_CSV_H

#include <apr_errno.h>
#include <apr_pools.h>
#include <apr_tables.h>

/**
 * Read a text.
 * @param rows  set to the rows, of apr_array_header_t *, each of const char *; in @a p
 * @param data  need not end in NUL
 * @param len   its length in bytes
 * @param most  rows, and cells in a row, at the most
 * @param why   set to what is wrong, in English, in @a p
 * @return APR_SUCCESS; APR_EGENERAL: it is no UTF-8 or no CSV; APR_ENOSPC: there are more rows or
 *         cells
 */
apr_status_t bk_csv_read(apr_array_header_t **rows, const char *data, apr_size_t len, int most,
                         const char **why, apr_pool_t *p);

#endif
