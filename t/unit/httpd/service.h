/* service: a small service for the tests of the adapter, with a store that does as it is told.
 *
 *     GET    /thing            anyone: 200 {"who":ID} of who is calling, 0
 *     POST   /thing            anyone, with a body: 201 with the body's "name", at /thing/1
 *     GET    /thing/{id}       a user; "bad" is no id: 400 by the check of the path
 *     PUT    /thing/{id}       a user, with a body: 200
 *     DELETE /thing/{id}       an administrator: 204
 *     GET    /thing/store      anyone: 200, if the store answers
 *     GET    /thing/any        anyone: what the test says (service_handler)
 *     POST   /thing/any        the same, with a body
 *     GET    /thing/rare       what the store has not
 *     GET    /thing/health     the adapter's own
 *
 * Callers are named by Authorization: "user 7", "admin 1".
 */
#ifndef SERVICE_H
#define SERVICE_H

#include "../unit.h"

#include "bk_conf.h"
#include "bk_request.h"
#include "bk_service.h"
#include "bk_store.h"
#include "stub_ap.h"

extern module service_module;

/** What the store does, and what was done to it. */
typedef struct service_store_t {
    apr_status_t acquires, acquires_standby, answers, confirms; /* what comes of it */
    int acquired, standby_acquired, released, pinged, children, post_configs;
    const char *wrong; /* what check() says */
} service_store_t;

extern service_store_t service_store;

/** What /thing/any answers with; and who finds out who is calling, NULL: see above. */
extern int (*service_handler)(bk_request_t *request);
extern int (*service_identify)(bk_request_t *request);

/** The order in which a request's steps were asked: "identify path handler ". */
extern char service_steps[128];

/** The main server. */
extern server_rec *service_server;

/* Of a group of tests, and of a test. */
int service_open(void **state);
int service_close(void **state);
int service_begin(void **state); /* *state: the test's pool */
int service_end(void **state);

/** Read a line of the configuration, which has to be right, in the main server. */
void service_set(const char *line);

/** Make a request, ready to be run. */
request_rec *service_request(const char *method, const char *uri);

/** Make one with a body of JSON, whose length is declared. */
request_rec *service_send(const char *method, const char *uri, const char *json);

/** Make one and run it. */
request_rec *service_get(const char *uri);

/** Run /thing/any with a handler. */
request_rec *service_answer(int (*handler)(bk_request_t *request));

/** A test of this service, in a group's list. */
#define cmocka_unit_test_service(test) \
    cmocka_unit_test_setup_teardown(test, service_begin, service_end)

/** Check an answer: status, and a body that begins so. */
#define service_expect(r, wanted_status, wanted_body)                                   \
    do {                                                                                \
        const stub_ap_answer_t *got_ = stub_ap_answer(r);                               \
        if (got_->status != (wanted_status) ||                                          \
            strncmp(got_->body, (wanted_body), strlen(wanted_body)) != 0) {             \
            fail_msg("got %d %s, not %d %s", got_->status, got_->body, (wanted_status), \
                     (wanted_body));                                                    \
        }                                                                               \
    } while (0)

/** Check a header of an answer; NULL: it is not there. */
#define service_expect_header(r, name, wanted)                                             \
    do {                                                                                   \
        const char *got_ = stub_ap_answer_header(r, name), *wanted_ = (wanted);            \
        if ((got_ == NULL) != (wanted_ == NULL) || (got_ && strcmp(got_, wanted_) != 0)) { \
            fail_msg("%s: %s, not %s", name, got_ ? got_ : "(none)",                       \
                     wanted_ ? wanted_ : "(none)");                                        \
        }                                                                                  \
    } while (0)

#endif
