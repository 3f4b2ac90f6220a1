/* bk_stream: answers whose body is made in pieces while it is sent, so that a list of any length
 * takes only the memory of one piece.
 *
 * The handler passes a producer, which writes the whole body to the stream and then returns. It
 * writes JSON by bk_json_text_stream(), whose flush is bk_stream_write():
 *
 *     bk_json_text_stream(&text, bk_stream_write, stream, p);
 *     while there are rows, and bk_json_text_status(&text) == APR_SUCCESS: write a row
 *     return bk_json_text_finish(&text);
 *
 * When bytes are sent:
 *  - Nothing is sent until the body is longer than BK_STREAM_HELD. A shorter body is sent as a
 *    whole, with Content-Length. If the producer fails before anything was sent, the caller can
 *    answer with an error.
 *  - A longer body is chunked in HTTP/1.1; in HTTP/1.0 it ends when the connection is closed.
 *  - If the producer fails later, or does not finish its JSON, the last chunk is not sent and the
 *    connection is closed: a client of HTTP/1.1 sees that the body is incomplete. A client of
 *    HTTP/1.0 sees JSON without an end.
 *  - For HEAD the producer is stopped as soon as the header is complete.
 *  - If the client has disconnected, the next write stops the producer.
 *
 * bk_stream_write() may block while the client is slow, up to httpd's TimeOut. So while it writes,
 * a producer must not hold what other requests wait for, such as a database connection: it reads
 * some rows, returns the connection (bk_request_release), and then writes them. One thread uses a
 * stream.
 */
#ifndef BK_STREAM_H
#define BK_STREAM_H

#include <apr_errno.h>

struct bk_request_t;

/** Up to this length, in bytes, a body is sent as a whole. */
#define BK_STREAM_HELD 8192

/** A body that is being made and sent. */
typedef struct bk_stream_t bk_stream_t;

/**
 * Make a body, by calls of bk_stream_write().
 * @param stream   the stream to write to
 * @param context  the handler's data
 * @return APR_SUCCESS when the body is complete; the result of bk_stream_write(), at once, if it is
 *         another one; or the producer's own error
 */
typedef apr_status_t bk_stream_produce_t(bk_stream_t *stream, void *context);

/**
 * Answer with the body that a producer makes.
 * @param status   status code of the answer
 * @param type     media type; has to live as long as the request
 * @param context  passed to the producer
 * @param failed   set to the producer's error if BK_CONTINUE is returned
 * @return the request's result; BK_CONTINUE if the producer failed and nothing was sent: then the
 *         caller has to answer
 */
int bk_stream_answer(struct bk_request_t *request, int status, const char *type,
                     bk_stream_produce_t *produce, void *context, apr_status_t *failed);

/**
 * Write a piece of the body. Has the type bk_json_text_flush_t.
 * @param stream  the stream, a bk_stream_t
 * @param data    the piece; it may be freed after the call
 * @param len     its length in bytes
 * @return APR_SUCCESS; any other result: stop and return it, because nothing more can or has to be
 *         sent
 */
apr_status_t bk_stream_write(void *stream, const char *data, apr_size_t len);

#endif
