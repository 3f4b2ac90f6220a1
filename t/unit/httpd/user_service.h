/* user_service: what stands at /user for tests of calls: a service that answers as it is told. */
#ifndef USER_SERVICE_H
#define USER_SERVICE_H

#include "service.h"

/** How it answers, and what it was asked. */
typedef struct user_service_t {
    int is_there;            /* 0: nobody is at /user */
    int is_proxied;          /* it is on another host */
    int refusal;             /* a status: this httpd refuses for it */
    int result;              /* what the handler comes to: OK, or a status without an answer */
    int status;              /* of the answer */
    int broken;              /* a status: the answer breaks off with it */
    const char *retry_after; /* NULL: it does not say */
    const char *body;
    int asked; /* how often */
    const char *uri;
    const apr_table_t *headers; /* of the last request */
} user_service_t;

extern user_service_t user_service;

int user_service_open(void **state);
int user_service_begin(void **state); /* it is there, in this httpd, and answers 200 {} */

/** A test with both services, in a group's list. */
#define cmocka_unit_test_user_service(test) \
    cmocka_unit_test_setup_teardown(test, user_service_begin, service_end)

#endif
