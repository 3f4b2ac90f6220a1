/* bk_password_list: common passwords, which are refused because attackers try them first.
 *
 * A list is a text file with a password on each line: such files are published, sorted by how often
 * each was seen. Only a 64-bit hash of each line is kept, under a key drawn for this list, so that
 * a million lines take 8 MB and a look-up is fast. Comparison ignores case and Unicode form:
 * composed or decomposed, full width and so on.
 *
 * A list never changes after it was read: any thread may use it.
 */
#ifndef BK_PASSWORD_LIST_H
#define BK_PASSWORD_LIST_H

#include <apr_errno.h>
#include <apr_pools.h>

typedef struct bk_password_list_t bk_password_list_t;

/**
 * Fold a text for comparison.
 * @return APR_SUCCESS; any other result: the text is compared unfolded
 */
typedef apr_status_t bk_password_fold_t(const char **folded, const char *text, apr_pool_t *p);

/**
 * Read a list.
 * @param list  set to the list, which lives in @a p
 * @param path  of the file: lines in UTF-8, which end in LF or CR LF; empty lines and a byte order
 *              mark are ignored
 * @param fold  for lines with other characters than ASCII: bk_name_fold
 * @return APR_SUCCESS; APR_EGENERAL if there is no password in it; or the system's error
 */
apr_status_t bk_password_list_read(const bk_password_list_t **list, const char *path,
                                   bk_password_fold_t *fold, apr_pool_t *p);

/** The number of passwords on the list. */
apr_size_t bk_password_list_count(const bk_password_list_t *list);

/** Whether a password is on the list. @param p  for temporary memory */
int bk_password_list_has(const bk_password_list_t *list, const char *password, apr_pool_t *p);

#endif
