/* bk_pieces: a text of any length that is passed on in pieces while it is written, so that it takes
 * the memory of one piece. A writer is used by one thread at a time.
 */
#ifndef BK_PIECES_H
#define BK_PIECES_H

#include <apr_errno.h>

/** Size of a piece in bytes. */
#define BK_PIECES_ROOM 8192

/**
 * Receives a piece. @a data is valid until the function returns.
 * @return APR_SUCCESS; any other result is an error, after which it is not called again
 */
typedef apr_status_t bk_pieces_flush_t(void *context, const char *data, apr_size_t len);

typedef struct bk_pieces_t {
    bk_pieces_flush_t *flush;
    void *context;       /* its first argument */
    apr_status_t status; /* its last result */
    apr_size_t len;
    char data[BK_PIECES_ROOM];
} bk_pieces_t;

/** Begin a text. */
void bk_pieces_begin(bk_pieces_t *pieces, bk_pieces_flush_t *flush, void *context);

/** Write bytes. After an error nothing more is written. */
void bk_pieces_write(bk_pieces_t *pieces, const char *data, apr_size_t len);

/** Write a text that ends in NUL. */
void bk_pieces_text(bk_pieces_t *pieces, const char *text);

/** Pass the rest on. @return APR_SUCCESS, or the first error */
apr_status_t bk_pieces_end(bk_pieces_t *pieces);

#endif
