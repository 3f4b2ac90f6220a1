/* bk_stream: an answer whose body is made piece by piece while it is sent: a list takes as much
 * memory as a piece of it, however long it is.
 *
 * A handler gives a producer, which writes the body to the stream and returns. Its writer of JSON
 * is bk_json_text_stream(), with bk_stream_write() as what takes the pieces:
 *
 *     bk_json_text_stream(&text, bk_stream_write, stream, p);
 *     while there are rows, and bk_json_text_status(&text) == APR_SUCCESS: write a row
 *     return bk_json_text_finish(&text);
 *
 * What is sent, and when:
 *  - Nothing, until the body is longer than BK_STREAM_HELD. What is shorter is sent whole, with its
 *    length; and a producer that fails before that has failed without a byte sent, so that its
 *    caller answers with an error as any handler does.
 *  - A longer body is chunked in HTTP/1.1, and in HTTP/1.0 ends with the connection.
 *  - Where a producer fails later, or does not finish its JSON, the last chunk is left out and the
 *    connection is closed: a client of HTTP/1.1 knows that something is missing. One of HTTP/1.0
 * has JSON that does not end.
 *  - For HEAD the producer is stopped as soon as the header is known.
 *  - A producer whose client is gone is stopped by its next write.
 *
 * The client may take its time: bk_stream_write() waits for it, up to httpd's TimeOut. So a
 * producer does not hold what others wait for, such as a connection to the database, while it
 * writes: it reads some rows, gives back what it read them with (bk_request_release), and writes
 * those.
 */
#ifndef BK_STREAM_H
#define BK_STREAM_H

#include <apr_errno.h>

struct bk_request_t;

/** Bytes of a body up to which it is sent whole. */
#define BK_STREAM_HELD 8192

/** A body on its way. */
typedef struct bk_stream_t bk_stream_t;

/**
 * Makes a body, by calls of bk_stream_write().
 * @param stream   what it writes to
 * @param context  the handler's own
 * @return APR_SUCCESS if that is the whole body; what bk_stream_write() returned, as soon as that
 *         is no success; or why it has failed
 */
typedef apr_status_t bk_stream_produce_t(bk_stream_t *stream, void *context);

/**
 * Answer with a body that a producer makes.
 * @param status   of the answer
 * @param type     media type, which lives as long as the request
 * @param context  given to the producer
 * @param failed   set where BK_CONTINUE is returned
 * @return the request's result; BK_CONTINUE: the producer has failed, with the status *failed,
 *         and nothing was sent, so that the caller has to answer
 */
int bk_stream_answer(struct bk_request_t *request, int status, const char *type,
                     bk_stream_produce_t *produce, void *context, apr_status_t *failed);

/**
 * Write a piece of the body; a bk_json_text_flush_t.
 * @param stream  a bk_stream_t
 * @param data    need not outlive the call
 * @param len     in bytes
 * @return APR_SUCCESS; anything else: nothing more can or need be sent, so return at once
 */
apr_status_t bk_stream_write(void *stream, const char *data, apr_size_t len);

#endif
