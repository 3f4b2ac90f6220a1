/* bk_password_list: passwords that nobody should have, because they are tried first.
 *
 * A list is a text file, a password a line, of any length: such files are published, sorted by how
 * often each was seen. What is kept of it is a 64-bit hash of each line, under a key of this list's
 * own, so that a million take 8 MB and a look-up takes no time to speak of. The case of ASCII
 * letters is ignored.
 *
 * A list that was read never changes: any thread may ask.
 */
#ifndef BK_PASSWORD_LIST_H
#define BK_PASSWORD_LIST_H

#include <apr_errno.h>
#include <apr_pools.h>

typedef struct bk_password_list_t bk_password_list_t;

/**
 * Read a list.
 * @param list  set to the list, which lives in @a p
 * @param path  of the file: lines in UTF-8, that end in LF or CR LF; empty ones do not count
 * @return APR_SUCCESS; APR_EGENERAL if there is no password in it; or the system's error
 */
apr_status_t bk_password_list_read(const bk_password_list_t **list, const char *path,
                                   apr_pool_t *p);

/** How many lines it has. */
apr_size_t bk_password_list_count(const bk_password_list_t *list);

/** Whether a password is on the list. */
int bk_password_list_has(const bk_password_list_t *list, const char *password);

#endif
