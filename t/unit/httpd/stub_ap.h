/* stub_ap: as much of httpd as lib/httpd calls, so that the adapter is tested without a server.
 *
 * APR, its brigades and its hooks are the real ones; only the server's own functions (ap_*) are
 * made here. Each does what httpd 2.4 does as far as the adapter can tell, and no more: a test that
 * needs more of it adds it here, by httpd's source.
 *
 *     stub_ap_open(&module)       a server; what the adapter registers from then on is called
 *     stub_ap_configure()         goes through the hooks of a start: pre_config to child_init
 *     r = stub_ap_request(...)    a request, of which the test may set what it likes
 *     stub_ap_run(r)              takes it through httpd's hooks and filters to its answer
 *     stub_ap_answer(r)           what the client got
 *
 * One server in a process, for the adapter keeps things for the life of its process. All of it is
 * for one thread.
 */
#ifndef STUB_AP_H
#define STUB_AP_H

#include <httpd.h>
#include <http_config.h>
#include <http_log.h>

/* ---- the server -------------------------------------------------------------------------------
 */

/**
 * Start a server, www.example.org on port 80, with one module.
 * @param m  gets its index; its configuration of the server is made
 * @return the main server
 */
server_rec *stub_ap_open(module *m);

/** End it. */
void stub_ap_close(void);

/** Forget the requests, the log and the directives of a test. */
void stub_ap_forget(void);

/** Add a virtual host, behind those that are there. It shares the main server's configuration of
 *  the module, as httpd has it, until a directive is set in it. */
server_rec *stub_ap_add_host(const char *name, apr_port_t port);

/** Go through the hooks of a start, as httpd does.
 *  @return OK, or what the hook that refused said */
int stub_ap_configure(void);

/** Read a line of the configuration in a server, as httpd takes it apart: "BookableBodyLimit 4096".
 *  @return NULL, or the error that httpd would print */
const char *stub_ap_directive(server_rec *s, const char *line);

/** The virtual hosts' configuration of the module, merged from the main server's and their own: as
 *  httpd does it when all has been read. */
void stub_ap_merge(void);

/** The answers of ap_state_query(). */
extern int stub_ap_run_mode, stub_ap_main_state, stub_ap_generation;

/** Name a module as loaded: what ap_find_linked_module() finds. */
void stub_ap_load(const char *source_file);

/** What was logged since stub_ap_forget(): the last line that has a text in it, or NULL. */
const char *stub_ap_logged(const char *text);

/** Its level: APLOG_WARNING and its like. */
int stub_ap_logged_level(const char *text);

/** UseCanonicalName: 0 or 1. */
extern int stub_ap_use_canonical_name;

/** Satisfy: SATISFY_NOSPEC until a test says otherwise. */
extern int stub_ap_satisfy;

/** What mod_authz_core says of a request before it is known whose it is: OK until a test says
 *  otherwise, DECLINED where it has to know. */
extern int stub_ap_authz;

/** Where a request stands that has no section of its own: called by ap_location_walk(), NULL: there
 *  are no sections. */
extern int (*stub_ap_location_walk)(request_rec *r);

/* ---- requests ---------------------------------------------------------------------------------
 */

/** What a client got. */
typedef struct stub_ap_answer_t {
    int status;           /* 0: nothing */
    apr_table_t *headers; /* Content-Type among them */
    const char *body;     /* what was sent of it: nothing of an answer to HEAD */
    apr_size_t len;       /* its length in bytes */
    int is_complete;      /* the end of it was sent, too */
    int is_kept;          /* the connection is good for another request */
} stub_ap_answer_t;

/**
 * Make a request of HTTP/1.1 on a connection of its own, from 198.51.100.7 to 192.0.2.1.
 * @param uri  path and query
 * @return what may be changed before it is run; lives until stub_ap_forget()
 */
request_rec *stub_ap_request(server_rec *s, const char *method, const char *uri);

/** Add a piece to the request's body: one brigade of what the input filters give. Where nothing is
 *  added, the body is empty. @param data  NULL: a flush, which is no data */
void stub_ap_body(request_rec *r, const char *data, apr_size_t len);

/** What reading comes to behind the pieces, in place of their end. */
void stub_ap_body_fails(request_rec *r, apr_status_t rv);

/** How much of the body was not asked for, in bytes. */
apr_size_t stub_ap_body_left(request_rec *r);

/** The client goes away before it is answered. */
void stub_ap_leave(request_rec *r);

/** Run a request, as ap_process_request() does: hooks, handler and, where that comes to an error,
 *  httpd's page for it. */
void stub_ap_run(request_rec *r);

/** The same, refused by httpd before a hook is asked, as for a request line that is none. */
void stub_ap_refuse(request_rec *r, int status);

/** Answer a request that was refused by another page, as ErrorDocument does.
 *  @return the request for the page, which was run */
request_rec *stub_ap_error_document(request_rec *r, int status, const char *uri);

/** What the client got. */
const stub_ap_answer_t *stub_ap_answer(request_rec *r);

/** One of its headers, or NULL. */
const char *stub_ap_answer_header(request_rec *r, const char *name);

#endif
