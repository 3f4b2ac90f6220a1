/* bk_db_fields: conversion between records and rows of a database, by their description
 * (lib/base/bk_fields.h).
 *
 * The columns of a row, and the arguments of a statement that writes one, are those of the
 * description, in its order: {things} and {things values} of lib/db/bk_db_sql.h. Threads and errors
 * are as in bk_db.h.
 */
#ifndef BK_DB_FIELDS_H
#define BK_DB_FIELDS_H

#include "bk_db.h"

/** Bind a record to arguments. @param args  as many as there are fields; not copied */
void bk_db_fields_bind(bk_db_value_t *args, const bk_fields_t *fields, const void *record);

/** Convert a row to a record. Texts are not copied. */
void bk_db_fields_of_row(void *record, const bk_fields_t *fields, const bk_db_value_t *row);

/** Run a statement whose arguments are a record's fields. @see bk_db_write */
apr_status_t bk_db_fields_write(bk_db_t *db, int statement, const bk_fields_t *fields,
                                const void *record, apr_int64_t *changed);

/** Run a statement that finds a record by its key. @see bk_db_find */
apr_status_t bk_db_fields_find(bk_db_t *db, int statement, const bk_db_value_t *args, int count,
                               const bk_fields_t *fields, void *record, apr_pool_t *p);

#endif
