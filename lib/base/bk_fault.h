/* bk_fault: what is wrong with a request, all of it, and where.
 *
 * Whoever reads a body or a query string does not stop at the first fault: a form shows all that it
 * has to show at once. A fault says where it is (a JSON Pointer, RFC 6901), what kind it is (the
 * code of a problem, lib/web/bk_problem.h has them all), and the rest in English.
 *
 * The list belongs to one request, and so to one thread. What it holds lives in its pool.
 */
#ifndef BK_FAULT_H
#define BK_FAULT_H

#include <apr_pools.h>
#include <apr_tables.h>

/** As many faults as are told of one request: a body may be made of nothing else. */
#define BK_FAULT_MOST 100

#define BK_FAULT_UNKNOWN_MEMBER "unknown-member" /* is not a known member */
#define BK_FAULT_MISSING_MEMBER "missing-member" /* it has to be there */
#define BK_FAULT_BAD_MEMBER "bad-member"         /* its type is another */
#define BK_FAULT_BAD_VALUE "bad-value"           /* its type is right, its value is not */
#define BK_FAULT_BAD_TIME "bad-time"             /* no instant, date or time of day as wanted */
#define BK_FAULT_BAD_PARAMETER "bad-parameter"   /* anything but that, in a query string */

/** Where a value stands in a document: in the member of a name, or the element of an index, of what
 *  stands at the outer pointer. On the stack of who reads; the top of a document is NULL. */
typedef struct bk_fault_pointer_t {
    const struct bk_fault_pointer_t *outer;
    const char *name; /* NULL: an element */
    apr_size_t index; /* of an element, from 0 */
} bk_fault_pointer_t;

/** What was being read. */
typedef enum bk_fault_source_t {
    BK_FAULT_BODY,
    BK_FAULT_QUERY /* parameters are read as the members of one object: "/limit" */
} bk_fault_source_t;

typedef struct bk_fault_t {
    bk_fault_source_t source;
    const char *pointer; /* a JSON Pointer; "": the whole */
    const char *code;
    const char *detail; /* an English sentence without its full stop */
} bk_fault_t;

typedef struct bk_faults_t {
    apr_array_header_t *list; /* of bk_fault_t, in the order in which they were found */
    int is_cut;               /* there were more than BK_FAULT_MOST */
    bk_fault_source_t source; /* of those that are added next */
} bk_faults_t;

/** Begin with none. @param p  pool that the list and its texts live in */
void bk_fault_none(bk_faults_t *faults, apr_pool_t *p);

/** How many there are. 0: nothing was wrong. */
int bk_fault_count(const bk_faults_t *faults);

/** One of them, from 0. */
const bk_fault_t *bk_fault_at(const bk_faults_t *faults, int index);

/**
 * Add one.
 * @param where   NULL: the whole document
 * @param code    a constant
 * @param detail  a format of apr_psprintf() and what belongs to it
 */
void bk_fault_add(bk_faults_t *faults, const bk_fault_pointer_t *where, const char *code,
                  const char *detail, ...) __attribute__((format(printf, 4, 5)));

/** Add that the value of a member, or of a parameter, of a name is wrong.
 *  @param detail  constant, or in the list's pool */
void bk_fault_add_value(bk_faults_t *faults, const char *name, const char *detail);

/** A place as a JSON Pointer: "/items/3/a~1b". @param where  NULL gives "" */
const char *bk_fault_pointer(const bk_fault_pointer_t *where, apr_pool_t *p);

#endif
