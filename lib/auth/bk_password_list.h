/* bk_password_list: passwords that nobody should have, because they are tried first.
 *
 * A list is a text file, a password a line, of any length: such files are published, sorted by how
 * often each was seen. What is kept of it is a 64-bit hash of each line, under a key of this list's
 * own, so that a million take 8 MB and a look-up takes no time to speak of. Case is ignored,
 * and how letters are written: composed or not, in full width...
 *
 * A list that was read never changes: any thread may ask.
 */
#ifndef BK_PASSWORD_LIST_H
#define BK_PASSWORD_LIST_H

#include <apr_errno.h>
#include <apr_pools.h>

typedef struct bk_password_list_t bk_password_list_t;

/** Bring a text into the form in which it is compared. @return other than APR_SUCCESS: as it is */
typedef apr_status_t bk_password_fold_t(const char **folded, const char *text, apr_pool_t *p);

/**
 * Read a list.
 * @param list  set to the list, which lives in @a p
 * @param path  of the file: lines in UTF-8, that end in LF or CR LF; empty ones do not count, nor a
 *              byte order mark
 * @param fold  for all that is not ASCII alone: bk_name_fold
 * @return APR_SUCCESS; APR_EGENERAL if there is no password in it; or the system's error
 */
apr_status_t bk_password_list_read(const bk_password_list_t **list, const char *path,
                                   bk_password_fold_t *fold, apr_pool_t *p);

/** How many lines it has. */
apr_size_t bk_password_list_count(const bk_password_list_t *list);

/** Whether a password is on the list. @param p  for what is needed meanwhile */
int bk_password_list_has(const bk_password_list_t *list, const char *password, apr_pool_t *p);

#endif
