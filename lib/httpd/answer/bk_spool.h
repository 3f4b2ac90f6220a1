/* bk_spool: an answer that is made as a whole before it is sent, in a temporary file, so that it
 * takes no memory however long it is.
 *
 * Whoever makes it reads the store at the store's speed, and has given it back when the client, who
 * may be slow, gets the first byte; and if it cannot be made, the answer is an error, and never
 * half of a file. The file has no name, in the folder that TMPDIR names or else /tmp; it needs as
 * much room there as the answer is long. What has to be read from the store before something else
 * can be asked for is spooled, too, and read again. One thread uses a spool.
 */
#ifndef BK_SPOOL_H
#define BK_SPOOL_H

#include "bk_request.h"

typedef struct bk_spool_t bk_spool_t;

/** Make an empty one, which ends with the request. @return APR_SUCCESS, or an error of the file
 * system */
apr_status_t bk_spool_make(bk_spool_t **spool, bk_request_t *request);

/**
 * Write a piece.
 * @param spool  a bk_spool_t
 * @return APR_SUCCESS; an error, such as APR_ENOSPC
 */
apr_status_t bk_spool_write(void *spool, const char *data, apr_size_t len);

/**
 * Read what was written, instead of sending it. Nothing is written any more.
 * @return APR_SUCCESS, or an error of the file system
 */
apr_status_t bk_spool_rewind(bk_spool_t *spool);

/**
 * Read the next bytes, all of them or none.
 * @return APR_SUCCESS; APR_EOF: there are fewer; or an error of the file system
 */
apr_status_t bk_spool_read(bk_spool_t *spool, void *bytes, apr_size_t len);

/**
 * Answer 200 with what was written.
 * @param type  media type; lives as long as the request
 */
int bk_spool_answer(bk_spool_t *spool, const char *type);

#endif
