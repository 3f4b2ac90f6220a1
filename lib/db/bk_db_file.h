/* bk_db_file: whether the file of a database is still the one that was opened.
 *
 * A file that is moved, removed or replaced under a running server goes on being read and written
 * by the connections that have it open, while each new one would find another, or make an empty
 * one. So its device and inode are kept when it is first opened, and looked at again.
 *
 * What is known lies in shared memory, or in a process's own; any thread may call.
 */
#ifndef BK_DB_FILE_H
#define BK_DB_FILE_H

#include <stdatomic.h>

#include <apr_errno.h>

#include "bk_layout.h"

/** A file that is known; zeros: none is. */
typedef struct bk_db_file_t {
    _Atomic apr_uint64_t path; /* a hash of it */
    _Atomic apr_uint64_t device;
    _Atomic apr_uint64_t inode;
} bk_db_file_t;

extern const bk_layout_t bk_db_file_layout; /* all of it stays */

/** Whether a file is known. */
int bk_db_file_is_known(const bk_db_file_t *file);

/**
 * Look at a path.
 * @return APR_SUCCESS: the file is there, or none is known; APR_ENOENT: there is none;
 * APR_EMISMATCH: another one is there; or the system's error
 */
apr_status_t bk_db_file_look(const bk_db_file_t *file, const char *path);

/** Forget a file, if it is that of another path. */
void bk_db_file_forget(bk_db_file_t *file, const char *path);

/** Know the file that is at a path now. */
void bk_db_file_learn(bk_db_file_t *file, const char *path);

/** Know what another knows. */
void bk_db_file_copy(bk_db_file_t *file, const bk_db_file_t *other);

#endif
