/* bk_list: lists of API v1, page by page: {"items":[…],"next":"…"|null}.
 *
 * A list is read in a total order (keyset pagination, lib/web/bk_cursor.h). The store is asked for
 * one row more than the page has, which tells whether there is a next page:
 *
 *     result = bk_list_begin(&list, request, 2);          the order is by name, then id
 *     if (result != BK_CONTINUE) { return result; }
 *     ask the store for list.limit + 1 rows behind list.after (NULL: from the first row on)
 *     for each row {
 *         const char *at[] = {row.name, row.id};
 *         bk_json_text_t *text = bk_list_item(&list, at);
 *
 *         if (!text) { break; }
 *         write the members of the row to the text
 *         bk_list_item_end(&list);
 *     }
 *     return bk_list_answer(&list);
 *
 * The route's table of parameters has BK_LIST_PARAMETERS. A cursor is bound to the path and to all
 * other parameters: with others it is answered 400. The answer has a weak ETag made of its bytes, a
 * Link to the next page (RFC 8288), and Cache-Control for lists, unless the handler has set
 * another. A list belongs to one request.
 */
#ifndef BK_LIST_H
#define BK_LIST_H

#include "bk_cursor.h"
#include "bk_input.h"
#include "bk_json_text.h"
#include "bk_request.h"

#define BK_LIST_MOST 200 /* items of a page */
#define BK_LIST_USUAL 50 /* if the client does not say */

/** The parameters of every list, for its table. */
#define BK_LIST_PARAMETERS                                                  \
    {.name = "limit", .kind = BK_INPUT_INT, .min = 1, .max = BK_LIST_MOST}, \
    {                                                                       \
        .name = "cursor", .kind = BK_INPUT_TEXT, .min = 1, .max = 2048      \
    }

typedef struct bk_list_t {
    bk_request_t *request;
    int limit;                            /* items of the page, at the most */
    const char *const *after;             /* the sort values of the last item of the page before;
                                             NULL: this is the first page */
    const char *values[BK_CURSOR_VALUES]; /* what after points to */
    const char *last[BK_CURSOR_VALUES];   /* the sort values of the last item of this page */
    int value_count;
    int count;          /* items so far */
    int has_more;       /* there is a next page */
    int has_members;    /* the items have ended: what is written now stands beside them */
    const char *filter; /* of the cursor */
    bk_json_text_t text;
} bk_list_t;

/**
 * Begin a list, with the limit and the cursor of the query string.
 * @param list         filled in
 * @param value_count  the number of sort values, 1 to BK_CURSOR_VALUES
 * @return BK_CONTINUE; else the request's result: the cursor was answered 400
 */
int bk_list_begin(bk_list_t *list, bk_request_t *request, int value_count);

/**
 * Begin an item.
 * @param at  its sort values, value_count texts that live as long as the request
 * @return where to write its members; NULL: the page is full, so the row begins the next one
 */
bk_json_text_t *bk_list_item(bk_list_t *list, const char *const *at);

/** Pass a row that is not to be shown: it counts as an item, so that a page takes no longer than
 *  another. @param at  as above  @return 0: the page is full */
int bk_list_skip(bk_list_t *list, const char *const *at);

/** End an item. */
void bk_list_item_end(bk_list_t *list);

/** End the page with the items that it has: the next one begins another page. For items so large
 * that the usual number of them would make too long an answer. */
void bk_list_fill(bk_list_t *list);

/** End the items. @return where to write members of the answer beside them */
bk_json_text_t *bk_list_members(bk_list_t *list);

/** Answer with the page. @return the request's result */
int bk_list_answer(bk_list_t *list);

#endif
