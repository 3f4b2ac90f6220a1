/* The errors of the product service. Its clients know an error by code and message only, so the
 * message is what other services call the details. */
#ifndef PRODUCT_ERRORS_H
#define PRODUCT_ERRORS_H

#include "bk_error.h"

extern const bk_error_t product_error_invalid;
extern const bk_error_t product_error_not_found;

#endif
