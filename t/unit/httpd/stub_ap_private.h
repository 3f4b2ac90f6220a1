/* stub_ap_private: what the parts of the stub have to do with each other. */
#ifndef STUB_AP_PRIVATE_H
#define STUB_AP_PRIVATE_H

#include "stub_ap.h"

/** Of the server: as long as it is there. */
extern apr_pool_t *stub_ap_process_pool;

/** Of a test: until stub_ap_forget(). */
extern apr_pool_t *stub_ap_test_pool;

/** The module under test. */
extern module *stub_ap_module;

/** A vector of configurations, with room for the core's and the module's. */
struct ap_conf_vector_t *stub_ap_vector(apr_pool_t *p);

/** Register what the core itself has hooks for. */
void stub_ap_hooks_open(void);

/** Forget all that was registered, as the server ends. */
void stub_ap_config_close(void);

/** Forget what is of a test: the log. */
void stub_ap_config_forget(void);

/** Set what a request goes by that is made in any way. */
void stub_ap_request_parts(request_rec *r, const char *method, const char *uri);

/** Whether a status line says that there is no body. */
#define stub_ap_is_header_only(r) ((r)->header_only || AP_STATUS_IS_HEADER_ONLY((r)->status))

/** What subrequests and requests have in common: all hooks before the handler.
 *  @return OK or a status */
int stub_ap_prepare(request_rec *r);

/** The handler, with httpd's own behind all others. @return OK or a status */
int stub_ap_invoke(request_rec *r);

#endif
