/* bk_db_file: checks that the file of a database is still the one that was opened.
 *
 * If a file is moved, removed or replaced while the server runs, open connections go on reading and
 * writing the old file, while each new connection opens the new one, or creates an empty one. So
 * the device and inode are noted when the file is first opened, and compared later.
 *
 * A bk_db_file_t lies in shared memory, or in a process's own; any thread may call.
 */
#ifndef BK_DB_FILE_H
#define BK_DB_FILE_H

#include <stdatomic.h>

#include <apr_errno.h>

#include "bk_layout.h"

/** The identity of a file; zeros: unknown. */
typedef struct bk_db_file_t {
    _Atomic apr_uint64_t path; /* hash of the path */
    _Atomic apr_uint64_t device;
    _Atomic apr_uint64_t inode;
} bk_db_file_t;

extern const bk_layout_t bk_db_file_layout; /* all members keep their values */

/** Tell whether the file is known. */
int bk_db_file_is_known(const bk_db_file_t *file);

/**
 * Compare the file at a path with the known one.
 * @return APR_SUCCESS: it is the same, or none is known; APR_ENOENT: there is no file;
 *         APR_EMISMATCH: it is another file; or the system's error
 */
apr_status_t bk_db_file_look(const bk_db_file_t *file, const char *path);

/** Forget the known file, if it was at another path. */
void bk_db_file_forget(bk_db_file_t *file, const char *path);

/** Note the identity of the file that is at a path now. */
void bk_db_file_learn(bk_db_file_t *file, const char *path);

/** Copy the identity of a file. */
void bk_db_file_copy(bk_db_file_t *file, const bk_db_file_t *other);

#endif
