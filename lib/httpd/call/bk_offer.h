/* bk_offer: answers that a service of this httpd has at hand, for another one of its services.
 *
 * A call (bk_call.h) makes a subrequest, and httpd decides as of any request who answers it: rules
 * of rewriting, sections, access control. Where that is a service of this httpd which has the
 * answer in its cache, the service need not be run: it is asked for its bytes. What it does not
 * have at hand it answers as ever.
 *
 * A service offers answers as an httpd provider of its own name. The modules are built together;
 * the version changes with anything that the functions here are passed.
 */
#ifndef BK_OFFER_H
#define BK_OFFER_H

#include "bk_request.h"

#define BK_OFFER_GROUP "bookable-offer"
#define BK_OFFER_VERSION "1"

typedef struct bk_offer_t {
    /**
     * Find an answer with status 200.
     * @param sub     the subrequest, which httpd has let in and no handler has seen
     * @param caller  on whose behalf it is made; its texts live as long as the main request
     * @param what    what it asks for, as the two services have agreed
     * @param len     set to the length of the answer in bytes
     * @return the body, in the pool of the subrequest; NULL: the subrequest has to be run, for it
     * is for somebody else, or the answer is not at hand
     */
    const char *(*find)(request_rec *sub, const bk_caller_t *caller, const char *what,
                        apr_size_t *len);
} bk_offer_t;

/** Make an offer. Called once, from register_hooks. @param service  the name of the service */
void bk_offer_register(apr_pool_t *p, const char *service, const bk_offer_t *offer);

/**
 * Take what is offered for a subrequest.
 * @param service  the name of the service that is asked
 * @see bk_offer_t.find
 */
const char *bk_offer_take(const char *service, request_rec *sub, const bk_caller_t *caller,
                          const char *what, apr_size_t *len);

#endif
